import { generateKeyPairSync, sign } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { builtInProfile, type SiteProfile } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, onTestFinished, test } from "vitest";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { publicKeyOf, UpdateWatch } from "./index.ts";
import { compareVersions } from "./manifest.ts";

const day = 24 * 3_600_000;
const pair = generateKeyPairSync("ed25519");
const key = publicKeyOf(pair.publicKey.export({ format: "der", type: "spki" }).subarray(12).toString("base64"));

const newer = { ...builtInProfile, version: builtInProfile.version + 1, date: "2027-01-01" };
const content = {
	version: "9.1.0",
	date: "2027-01-02",
	notes: { en: "Faster.", zh: "更快。" },
	profile: newer as SiteProfile | undefined,
};

function signed(value: unknown, by = pair.privateKey): string {
	const text = JSON.stringify(value);
	return JSON.stringify({ signed: text, signature: sign(null, Buffer.from(text), by).toString("base64") });
}

/** An update service that answers with a text, and keeps the headers of requests. */
async function service(answer: { text: string }) {
	const requests: IncomingHttpHeaders[] = [];
	const server = createServer((request, response) => {
		requests.push(request.headers);
		response.end(answer.text);
	}).listen(0, "127.0.0.1");
	onTestFinished(() => void server.close());
	await new Promise((resolve) => server.once("listening", resolve));
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/updates.json`, requests };
}

async function open(url: string, clock = new ManualClock(), notes = new Map<string, unknown>()) {
	const used: (SiteProfile | undefined)[] = [];
	const watch = await UpdateWatch.open({
		...{ clock, url, key, logger: recordingLogger().logger },
		notes: { get: async (name) => notes.get(name), put: async (name, value) => void notes.set(name, value) },
		site: { useUpdate: (profile) => used.push(profile) },
	});
	onTestFinished(() => watch.stop());
	return { watch, clock, notes, used };
}

test("asks once a day, and says nothing about itself", async () => {
	const { url, requests } = await service({ text: signed(content) });
	const { watch, clock, notes } = await open(url);
	await expect.poll(() => watch.view.manifest?.version).toBe("9.1.0");
	expect(watch.view).toMatchObject({ isNewer: true, offersProfile: true, isApplied: false, problem: undefined });
	await clock.advance(day - 1);
	expect(requests).toHaveLength(1);
	await clock.advance(3_600_000);
	await expect.poll(() => requests.length).toBe(2);
	const { host: _, ...headers } = requests[0] ?? {};
	expect(headers).toEqual({
		...{ "user-agent": "livekeeper", accept: "*/*", "accept-language": "*", "sec-fetch-mode": "cors" },
		...{ "accept-encoding": expect.any(String), connection: "keep-alive" },
	});
	const again = await open(url, clock, notes);
	expect(again.watch.view.manifest?.version).toBe("9.1.0");
	expect(requests).toHaveLength(2);
});

test("applies a profile only once the user says so", async () => {
	const { url } = await service({ text: signed(content) });
	const { watch, used, clock, notes } = await open(url);
	await expect.poll(() => watch.view.offersProfile).toBe(true);
	expect(used).toEqual([]);
	await watch.applyProfile(true);
	expect(used).toEqual([newer]);
	expect((await open(url, clock, notes)).used).toEqual([newer]);
	await watch.applyProfile(false);
	expect(used).toEqual([newer, undefined]);
	expect((await open(url, clock, notes)).used).toEqual([]);
});

test.each<[string, string, RegExp]>([
	["another's signature", signed(content, generateKeyPairSync("ed25519").privateKey), /signature/],
	["a changed text", signed(content).replace("9.1.0", "9.2.0"), /signature/],
	["no manifest", "<html>", /not a list of updates/],
	["a broken profile", signed({ ...content, profile: { ...newer, ways: [] } }), /line \d+, ways/],
	["a version that is none", signed({ ...content, version: "new" }), /not a list of updates/],
])("refuses %s", async (_, text, why) => {
	const { url } = await service({ text });
	const { watch, used } = await open(url);
	await expect.poll(() => watch.view.problem?.en).toMatch(why);
	expect(watch.view).toMatchObject({ manifest: undefined, offersProfile: false });
	await expect(watch.applyProfile(true)).rejects.toMatchObject({ code: "not_found" });
	expect(used).toEqual([]);
});

test("keeps the newer of two answers", async () => {
	const answer = { text: signed(content) };
	const { url } = await service(answer);
	const { watch, clock } = await open(url);
	await expect.poll(() => watch.view.manifest?.version).toBe("9.1.0");
	answer.text = signed({ ...content, version: "9.0.0", date: "2026-12-31" });
	await clock.advance(day);
	await expect.poll(() => watch.view.problem?.en).toMatch(/older/);
	expect(watch.view.manifest?.version).toBe("9.1.0");
});

test("orders versions as they follow each other", () => {
	const versions = ["0.9.0", "0.10.0-rc.2", "0.10.0-rc.10", "0.10.0", "0.10.1", "1.0.0"];
	for (const [index, version] of versions.entries()) {
		for (const [other, than] of versions.entries()) {
			expect(Math.sign(compareVersions(version, than))).toBe(Math.sign(index - other));
		}
	}
});

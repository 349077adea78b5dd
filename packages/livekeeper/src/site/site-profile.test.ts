import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtInProfile, createSigner, createUpstream, type SiteProfile } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { eventually } from "@livekeeper/log/src/event-log/eventually.helpers.ts";
import { inThisThread } from "@livekeeper/log/src/event-log/sqlite/same-thread.helpers.ts";
import { temporaryFolder } from "@livekeeper/log/src/event-log/sqlite/stores.helpers.ts";
import { startSimulator } from "@livekeeper/simulator";
import { expect, onTestFinished, test, vi } from "vitest";
import { loadConfig } from "../config.ts";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { ask } from "../service/service.helpers.ts";
import { startService } from "../service.ts";
import { readProfile, SiteFiles } from "./index.ts";

const minute = 60_000;

const json = (profile: unknown) => `${JSON.stringify(profile, undefined, "\t")}\n`;

/** Returns the built-in profile with another value at a path. */
function changed(path: readonly (string | number)[], value: unknown): unknown {
	const profile = structuredClone(builtInProfile) as unknown as Record<string | number, unknown>;
	const parent = path.slice(0, -1).reduce<Record<string | number, unknown>>((at, key) => at[key] as never, profile);
	parent[path.at(-1) as string] = value;
	return profile;
}

/** Returns the line on which a text first stands. */
const lineOf = (text: string, part: string) => text.slice(0, text.indexOf(part)).split("\n").length;

test("reads the built-in profile from a file", async () => {
	expect(await readProfile(json(builtInProfile))).toEqual({ profile: builtInProfile });
});

test.each<[path: readonly (string | number)[], value: unknown, shown: string]>([
	[["hosts", "push"], ["https://push"], "hosts.push[0]"],
	[["ways"], ["batch"], "ways"],
	[["budgets", "depth"], 0, "budgets.depth"],
	[["signature", "alphabet"], "A".repeat(64), "signature.alphabet"],
	[["calls", "push", "query", 1], ["version_code", "{version}"], "calls.push.query[1]"],
	[["page", "shop"], "shopStore", "page.shop"],
	[["date"], "yesterday", "date"],
])("refuses a wrong value at %j with its line", async (path, value, shown) => {
	const text = json(changed(path, value));
	const read = await readProfile(text);
	if (!("problems" in read)) throw new Error("a problem was expected");
	const [problem] = read.problems;
	expect(problem?.path).toBe(shown);
	const key = path.filter((part) => typeof part === "string").at(-1) as string;
	const inner = typeof path.at(-1) === "number" ? '"{version}"' : JSON.stringify(key);
	const line = problem?.line ?? 0;
	// The value begins on the line of its key, or, in a list, on one after it.
	expect(Math.abs(line - lineOf(text, inner))).toBeLessThanOrEqual(typeof path.at(-1) === "number" ? 2 : 1);
});

test("refuses text that is not JSON with its line", async () => {
	expect(await readProfile('{\n\t"version": 1,\n\t"date" 2\n}')).toMatchObject({ problems: [{ line: 3, path: "" }] });
	expect(await readProfile('{\n\t"version": 1,\n')).toMatchObject({ problems: [{ line: 3 }] });
});

test("takes up changed files, and keeps the former one", async () => {
	const folder = temporaryFolder(onTestFinished);
	const [profileFile, signerFile] = [join(folder, "site.json"), join(folder, "signer.mjs")];
	writeFileSync(profileFile, json({ ...builtInProfile, version: 7 }));
	const clock = new ManualClock();
	const { logger, lines } = recordingLogger();
	const files = await SiteFiles.open({ clock, logger, profileFile, signerFile });
	onTestFinished(() => files.stop());
	const changes = vi.fn();
	files.onChange(changes);
	expect(files.profile.version).toBe(7);
	expect(files.signerState).toMatchObject({ source: "built_in", problem: { en: expect.stringContaining("ENOENT") } });
	const until = (check: () => void) =>
		expect
			.poll(async () => {
				await clock.advance(2_000);
				check();
				return true;
			})
			.toBe(true);

	writeFileSync(profileFile, `{ "version": `);
	await until(() => expect(files.profileState.problem?.en).toContain("line 1"));
	expect(files.profile.version).toBe(7);
	expect(lines.some(({ event }) => event === "site_file_refused")).toBe(true);

	writeFileSync(profileFile, json({ ...builtInProfile, version: 8 }));
	await until(() => expect(files.profile.version).toBe(8));
	expect(files.profileState).toMatchObject({ source: "file", problem: undefined });

	rmSync(profileFile);
	await until(() => expect(files.profileState.problem?.en).toContain("ENOENT"));
	expect(files.profile.version).toBe(8);

	const signer = files.newSigner();
	const ids = { roomId: "1", userUniqueId: "2" };
	expect(await signer.sign(ids)).toHaveLength(16);
	writeFileSync(signerFile, "export const signature = ({ stub }) => 'mine-' + stub;");
	await until(() => expect(files.signerState).toMatchObject({ source: "file", problem: undefined }));
	expect(await signer.sign(ids)).toMatch(/^mine-[0-9a-f]{32}$/);
	expect(signer.aBogus).toBeUndefined();
	writeFileSync(signerFile, "export const aBogus = (query) => 'bogus-' + query.length;");
	await until(() => expect(signer.aBogus?.("abc", "")).toBe("bogus-3"));
	expect(await signer.sign(ids)).toHaveLength(16);
	writeFileSync(signerFile, "export const nothing = 1;");
	await until(() => expect(files.signerState.problem?.en).toContain("must export"));
	expect(signer.aBogus?.("abc", "")).toBe("bogus-3");
	expect(changes.mock.calls.length).toBeGreaterThanOrEqual(3);
});

test("changes what an upstream of its own sends", async () => {
	const simulator = await startSimulator({ rooms: 1, seed: 5 });
	onTestFinished(() => simulator.close());
	let profile: SiteProfile = builtInProfile;
	const upstream = createUpstream({ baseUrl: simulator.url, profile: () => profile });
	onTestFinished(() => upstream.close());
	const lookup = () => upstream.ask("page", { liveId: "1001" }, AbortSignal.timeout(60_000));
	simulator.site.change({ pageStore: "liveStore" });
	expect(await lookup()).toMatchObject({ status: "unknown", failure: { reason: "unreadable_page" } });
	profile = { ...builtInProfile, page: { ...builtInProfile.page, store: "liveStore" } };
	expect(await lookup()).toMatchObject({ status: "live" });
	const sign = (alphabet: string) =>
		createSigner({
			random: () => 0,
			profile: () => ({ ...builtInProfile, signature: { ...builtInProfile.signature, alphabet } }),
		}).sign({ roomId: "1", userUniqueId: "2" });
	const { alphabet } = builtInProfile.signature;
	expect(sign([...alphabet].reverse().join(""))).not.toBe(sign(alphabet));
});

test("follows a changed site by a profile within seconds", async () => {
	const clock = new ManualClock();
	const simulator = await startSimulator({ clock, rooms: 2, rate: 4, seed: 9, pushServer: "none" });
	onTestFinished(() => simulator.close());
	const dataDir = temporaryFolder(onTestFinished);
	const profileFile = join(dataDir, "site-profile.json");
	writeFileSync(profileFile, json(builtInProfile));
	const host = `localhost:${simulator.port}`;
	const flags = {
		...{ port: "0", dataDir, lookupsPerMinute: "100000", siteProfile: profileFile },
		...{ upstreamUrl: simulator.url, allowedHosts: host },
	};
	const { logger } = recordingLogger();
	const config = loadConfig({ cwd: dataDir, env: {}, flags });
	const service = await startService(config, { clock, logger, startThread: inThisThread });
	onTestFinished(() => service.stop());
	const states = () => service.live.getStatus().rooms.map(({ state }) => state);
	await service.live.startLive("1001");
	const connected = (count: number) =>
		eventually(clock, () => expect(states()).toEqual(Array(count).fill("connected")), 2);
	await connected(1);

	const digits = [...builtInProfile.signature.alphabet].reverse().join("");
	const queryFields = { webcast_sdk_version: "2.0.0", device_fp: "1" };
	simulator.site.change({ pushHost: host, pageStore: "liveStore", signatureDigits: digits, queryFields });
	simulator.setFault({ fault: "cut" });
	await service.live.startLive("1002");
	// Both have failed often enough to wait for minutes.
	await eventually(clock, () => expect(states()).not.toContain("connected"), 2);
	for (let passed = 0; passed < 10; passed++) await clock.advance(minute);
	await eventually(clock, () => expect(states()).not.toContain("connected"), 2);
	const upstream = async () => (await ask(service, "GET", "/api/v1/upstream?lang=en")).body.upstream;

	writeFileSync(profileFile, json(changed(["ways"], ["pages"])));
	await eventually(clock, async () => expect((await upstream()).profile.problem).toMatch(/^line \d+, ways/), 100);
	expect(await upstream()).toMatchObject({ profile: { source: "file", version: 1 } });

	const profile = structuredClone(builtInProfile) as SiteProfile;
	const fields = (query: SiteProfile["calls"]["push"]["query"]) => [
		...query,
		["webcast_sdk_version", "2.0.0"],
		["device_fp", "1"],
	];
	const { push, fetch } = builtInProfile.calls;
	const changedAt = clock.now();
	writeFileSync(
		profileFile,
		json({
			...profile,
			version: 2,
			hosts: { push: [host] },
			codes: { ...profile.codes, sdk_version: "2.0.0" },
			calls: {
				...profile.calls,
				push: { ...push, query: [...push.query, ["device_fp", "1"]] },
				fetch: { ...fetch, query: fields(fetch.query) },
			},
			page: { ...profile.page, store: "liveStore" },
			signature: { ...profile.signature, alphabet: digits },
		}),
	);
	await connected(2);
	expect(clock.now() - changedAt).toBeLessThanOrEqual(10_000);
	expect(await upstream()).toMatchObject({ profile: { source: "file", version: 2, problem: null } });
	const { body } = await ask(service, "GET", "/api/v1/rooms/1001/events?types=broadcast_ended");
	expect(body.events).toEqual([]);
});

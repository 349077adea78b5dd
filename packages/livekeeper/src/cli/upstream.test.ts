import { exitStatus, WatchStates, wayStatus } from "@livekeeper/engine/src/watching/watch-status.helpers.ts";
import { expect, test } from "vitest";
import { startTestService } from "../service/service.helpers.ts";
import { run, runIn } from "./run.helpers.ts";

async function startRefused() {
	const watching = new WatchStates();
	Object.assign(watching, { rooms: 50, known: 37, knownInMs: 360_000 });
	const until = Date.now() + 300_000;
	watching.exits = [exitStatus("direct", [wayStatus("page", { sign: "captcha", until }), wayStatus("batch")])];
	const service = await startTestService({}, undefined, undefined, watching);
	return { watching, at: ["--url", service.url], until };
}

test("shows the progress of look-ups, refusals and advice", async () => {
	const { at } = await startRefused();
	const { out } = await run("upstream", ...at);
	expect(out).toContain("37 of 50 rooms looked up, the rest in about 6 min");
	expect(out).toMatch(/direct .*room page .*asks for slider verification, retrying in \d min .* 10 .* 1 .* 3/);
	expect(out).toMatch(/direct .*several rooms at once .*working/);
	expect(out).toContain("Nothing is wrong with your rooms");
	expect(out).toContain("Page to open: https://live.douyin.com/");
	expect(out).toContain("livekeeper upstream passed");
	expect((await runIn("zh", "upstream", ...at)).out).toContain("已查到 37 个，共 50 个直播间");
	expect(JSON.parse((await run("upstream", "--json", ...at)).out)).toMatchObject({ known: 37 });
});

test("tries a passed exit again and reports success", async () => {
	const { at, watching } = await startRefused();
	watching.onPassed = () => {
		watching.exits = [exitStatus("direct", [wayStatus("page"), wayStatus("batch")])];
	};
	expect((await run("upstream", "passed", "direct", ...at)).out).toBe(
		"Retrying: direct (this network)\n✓ direct (this network) works again",
	);
	expect((await run("upstream", "passed", ...at)).out).toBe("No lookups are refused, so there is nothing to retry.");
});

test("reports a repeated refusal and the next try", async () => {
	const { at, watching, until } = await startRefused();
	watching.onPassed = () => {
		const page = wayStatus("page", { sign: "captcha", asked: 4, until: until + 900_000 });
		watching.exits = [exitStatus("direct", [page, wayStatus("batch")])];
	};
	const { out } = await run("upstream", "passed", ...at);
	expect(out).toMatch(/! direct \(this network\) is still refused; retrying in (19|20) min/);
});

test("rejects an unknown exit", async () => {
	const { at } = await startRefused();
	expect(await run("upstream", "passed", "elsewhere:1", ...at)).toMatchObject({
		failed: true,
		err: expect.stringContaining('no network route "elsewhere:1"'),
	});
});

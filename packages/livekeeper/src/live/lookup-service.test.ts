import { ManualClock } from "@livekeeper/douyin/testing";
import type { ExitStatus } from "@livekeeper/engine";
import { exitStatus, wayStatus } from "@livekeeper/engine/src/watching/watch-status.helpers.ts";
import { describe, expect, test, vi } from "vitest";
import { LookupService } from "./lookup-service.ts";
import type { LiveRoomStatus } from "./room-host.ts";

function serviceWith(exits: ExitStatus[], rooms: Partial<LiveRoomStatus>[] = []) {
	const clock = new ManualClock();
	const passed = vi.fn<(exit?: string) => void>();
	const takeProof = vi.fn(async () => undefined);
	const watching = { status: () => ({ exits, rooms: 2, known: 1, knownInMs: 60_000 }), passed };
	const service = new LookupService({
		...{ watching, clock, takeProof, upstreamUrl: "https://live.douyin.com" },
		rooms: () => rooms as LiveRoomStatus[],
	});
	return { service, clock, passed, takeProof };
}

const captcha = exitStatus("direct", [wayStatus("page", { sign: "captcha" }), wayStatus("batch")]);
const proxied = exitStatus("10.0.0.1:8080", [wayStatus("page", { sign: "empty" })]);
const fine = exitStatus("10.0.0.2:8080", [wayStatus("page")]);

describe("trouble at an exit", () => {
	const troubles = serviceWith([captcha, proxied, fine])
		.service.status()
		.exits.map(({ trouble }) => trouble);

	test("names the way, its sign, and the action to take", () => {
		expect(troubles[0]).toMatchObject({ captcha: true });
		expect(troubles[0]?.message.en).toContain(
			"Douyin refuses some lookups from this network: room page (asks for slider",
		);
		expect(troubles[0]?.advice.en).toContain("solve the slider");
		expect(troubles[1]?.message.zh).toContain("代理 10.0.0.1:8080");
		expect(troubles[1]?.message.zh).toContain("直播间页面（返回空内容）");
		expect(troubles[1]).toMatchObject({ captcha: false });
	});

	test("says that rooms are fine whatever is refused", () => {
		for (const trouble of troubles.slice(0, 2)) {
			expect(trouble?.message.en).toContain("Nothing is wrong with your rooms");
			expect(trouble?.message.zh).toContain("直播间没有问题");
		}
	});

	test("is absent while all ways work", () => expect(troubles[2]).toBeUndefined());
});

test.each([
	["a blocked room first", [{ state: "waiting" }, { state: "blocked" }], "/2"],
	["a room that is not connected", [{ state: "connected" }, { state: "waiting" }], "/2"],
	["the home page if all are connected", [{ state: "connected" }], "/"],
] as const)("opens the page of %s", (_what, rooms, path) => {
	const { service } = serviceWith(
		[],
		rooms.map((room, i) => ({ ...room, liveId: String(i + 1) })),
	);
	expect(service.status().page).toBe(`https://live.douyin.com${path}`);
});

describe("a passed slider", () => {
	test("probes one exit, or all exits in cooldown", () => {
		const { service, passed } = serviceWith([captcha, proxied, fine]);
		expect(service.passed("direct")).toEqual(["direct"]);
		expect(passed.mock.calls).toEqual([["direct"]]);
		expect(service.passed()).toEqual(["10.0.0.1:8080"]);
		expect(passed.mock.calls).toEqual([["direct"], ["10.0.0.1:8080"]]);
	});

	test("probes nothing when no way is in cooldown", () => {
		const { service, passed } = serviceWith([fine]);
		expect(service.passed()).toEqual([]);
		expect(passed).not.toHaveBeenCalled();
	});

	test("rejects an unknown exit", () => {
		expect(() => serviceWith([captcha]).service.passed("x")).toThrow(
			expect.objectContaining({ code: "exit_not_found", status: 404 }),
		);
	});

	test("sends no second request within ten seconds", async () => {
		const { service, passed, clock } = serviceWith([captcha]);
		service.passed();
		await clock.advance(9000);
		expect(() => service.passed()).toThrow(expect.objectContaining({ code: "too_many_requests", retryAfterS: 1 }));
		expect(passed).toHaveBeenCalledTimes(1);
		await clock.advance(1000);
		expect(service.passed()).toEqual(["direct"]);
	});

	test("reaches the other nodes, which probe their own exits", () => {
		const [here, there] = [serviceWith([fine]), serviceWith([captcha])];
		here.service.onPassed((exit) => there.service.passedHere(exit));
		here.service.passed();
		expect(there.passed.mock.calls).toEqual([[undefined]]);
		there.service.passedHere("elsewhere:1");
		expect(there.passed).toHaveBeenCalledTimes(1);
	});

	test("takes its cookies before it probes", async () => {
		const { service, passed, takeProof } = serviceWith([captcha]);
		expect(await service.passedWith("s_v_web_id=verify_1")).toEqual(["direct"]);
		expect(await service.passedWith("s_v_web_id=verify_1")).toEqual(["direct"]);
		expect(takeProof.mock.calls).toEqual([["s_v_web_id=verify_1"], ["s_v_web_id=verify_1"]]);
		expect(takeProof.mock.invocationCallOrder[0]).toBeLessThan(passed.mock.invocationCallOrder[0] ?? 0);
	});
});

import type { Permit } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import { expect, onTestFinished, test } from "vitest";
import { Admission } from "./admission/index.ts";
import { Permits, SharedPermits } from "./permits.ts";

/** A room's shared permits, of two connections; another room holds the first of them. */
async function contended() {
	const clock = new ManualClock();
	const admission = new Admission({
		clock,
		limits: { total: 1 },
		handshakes: { startsPerSecond: Number.POSITIVE_INFINITY },
	});
	const request = (room: string, priority: "live" | "pinned" = "live") => ({
		room,
		identity: "",
		priority: () => priority,
	});
	const taken = await admission.acquire(request("1002"), new AbortController().signal);
	const own = new Permits(admission, request("1001"));
	const permits = new SharedPermits(own, new Permits(admission, { ...request("1001"), handshakeOnly: true }));
	const ask = () => {
		const leaving = new AbortController();
		return { permit: Promise.resolve(permits.acquire(leaving.signal)), leave: () => leaving.abort("left") };
	};
	const release = (permit: Permit) => permit.release();
	onTestFinished(() => expect([admission.status().held, admission.waiting, clock.pendingTimers]).toEqual([0, 0, 0]));
	const pinned = () => Promise.resolve(admission.acquire(request("1003", "pinned"), new AbortController().signal));
	return { admission, taken, ask, release, pinned };
}

test("two that ask while there is none wait for one permit, and both hold that", async () => {
	const { admission, taken, ask, release } = await contended();
	const asked = [ask(), ask()];
	expect(admission.waiting).toBe(1);
	taken.release();
	const permits = await Promise.all(asked.map(({ permit }) => permit));
	expect([admission.status().held, admission.waiting]).toEqual([1, 0]);
	for (const permit of permits) release(permit);
});

test.each([
	["first", 0, 1],
	["second", 1, 0],
] as const)("where the %s gives up the other goes on waiting", async (_, leaving, staying) => {
	const { admission, taken, ask, release } = await contended();
	const asked = [ask(), ask()] as const;
	asked[leaving].leave();
	await expect(asked[leaving].permit).rejects.toBe("left");
	expect(admission.waiting).toBe(1);
	taken.release();
	release(await asked[staying].permit);
});

test("where the first gives its permit back at once the second has one of its own", async () => {
	const { taken, ask, release } = await contended();
	const [first, second] = [ask(), ask()];
	void first.permit.then(release);
	taken.release();
	release(await second.permit);
});

test("one that is needed elsewhere is not shared again while the other has not let go of it", async () => {
	const { admission, taken, ask, release, pinned } = await contended();
	const asked = [ask(), ask()] as const;
	taken.release();
	const [first, second] = await Promise.all(asked.map(({ permit }) => permit));
	const other = pinned();
	expect([first, second].map((permit) => permit?.preempted.aborted)).toEqual([true, true]);
	first?.release();
	const again = ask();
	expect(admission.waiting).toBe(2);
	second?.release();
	release(await other);
	const permit = await again.permit;
	expect(permit.preempted.aborted).toBe(false);
	release(permit);
});

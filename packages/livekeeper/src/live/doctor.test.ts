import { LivekeeperError } from "@livekeeper/base/errors";
import { verbatim } from "@livekeeper/base/text";
import type { ProbeStep } from "@livekeeper/douyin";
import { ManualClock } from "@livekeeper/douyin/testing";
import type { RoomIdentity } from "@livekeeper/engine";
import { expect, test } from "vitest";
import { Doctor, type DoctorOptions, type DoctorQuestion } from "./doctor.ts";
import type { IdentityView } from "./identities/identity-service.ts";
import { shownTo } from "./identities/identity-state.ts";
import type { LiveRoomStatus } from "./room-host.ts";

const good: ProbeStep = { name: "page", ok: true, detail: "live", tookMs: 5 };
const room = (liveId: string, fields: object = {}) =>
	({
		liveId,
		state: "connected",
		health: "fine",
		evidence: [],
		reason: { code: "ok", message: verbatim("") },
		...fields,
	}) as unknown as LiveRoomStatus;

const judgeNothing: IdentityView["verdict"] = { state: "unknown", evidence: [], advice: [] };

function examined(
	rooms: LiveRoomStatus[] = [],
	steps: ProbeStep[] = [good],
	{ storage, inCluster = false }: Partial<Pick<DoctorOptions, "storage" | "inCluster">> = {},
) {
	const clock = new ManualClock();
	const asked: { identity: RoomIdentity; liveId: string }[] = [];
	let gate: Promise<void> | undefined;
	const identities: DoctorOptions["identities"] = {
		get: async (name) => {
			if (name !== "main") throw new LivekeeperError("identity_not_found", verbatim(`There is no login "${name}".`));
			const shown = shownTo([]);
			const unknown = { seenAt: undefined, warning: undefined, addedAt: 0, updatedAt: 0, shown, cooldown: undefined };
			return {
				name,
				hasCookie: true,
				hasProxy: false,
				status: "logged_in",
				expiresAt: 0,
				rooms: ["1002"],
				verdict: judgeNothing,
				...unknown,
			};
		},
	};
	const doctor = new Doctor({
		clock,
		identities,
		live: {
			getStatus: () => ({ activeRooms: [], rooms }),
			findRoom: async (liveId) => {
				const status = rooms.find((one) => one.liveId === liveId);
				const options = liveId === "1003" ? { identity: "gone" } : { cookie: `of=${liveId}` };
				return status && { status, options };
			},
		},
		identityOf: ({ identity: name, cookie }) =>
			name === "gone" ? { name, missing: verbatim("It is gone.") } : { name, cookie },
		upstream: { url: "https://example.com", cookie: false, proxy: false },
		storage,
		inCluster,
		probe: async function* (identity, liveId) {
			asked.push({ identity, liveId });
			await gate;
			yield* steps;
		},
	});
	const run = async (question: DoctorQuestion = {}) => {
		const names: unknown[] = [];
		const examination = doctor.examine(question, new AbortController().signal);
		for (;;) {
			const { done, value } = await examination.next();
			if (done) return { names, verdict: value };
			names.push([value.name, value.ok]);
		}
	};
	return { run, asked, clock, hold: (until: Promise<void>) => (gate = until) };
}

test("checks service and upstream and probes nothing without a room", async () => {
	const { run, asked } = examined();
	const verdict = { liveId: undefined, ok: undefined };
	expect(await run()).toEqual({
		names: [
			["service", true],
			["upstream", true],
		],
		verdict,
	});
	expect(asked).toEqual([]);
});

test("reports a storage problem and still probes the room", async () => {
	const { run } = examined([], [good], { storage: () => [verbatim("something stored is damaged")] });
	expect(await run({ liveId: "1" })).toEqual({
		names: [
			["service", true],
			["storage", false],
			["upstream", true],
			["room", undefined],
			["page", true],
		],
		verdict: { liveId: "1", ok: true },
	});
});

test("explains what NATS does not report in a cluster", async () => {
	const { run } = examined([], [good], { inCluster: true });
	expect((await run()).names).toEqual([
		["service", true],
		["nats", undefined],
		["upstream", true],
	]);
});

test("probes a room with its own or another identity", async () => {
	const { run, asked } = examined([room("1001", { state: "blocked" })]);
	expect((await run()).names).toContainEqual(["room", false]);
	expect((await run({ liveId: "9" })).names).toContainEqual(["room", undefined]);
	expect((await run({ identity: "main" })).names).toContainEqual(["identity", true]);
	await run({ liveId: "1001", identity: "main" });
	expect(asked).toEqual([
		{ liveId: "1001", identity: { cookie: "of=1001", name: undefined } },
		{ liveId: "9", identity: { cookie: undefined, name: undefined } },
		{ liveId: "1002", identity: { cookie: undefined, name: "main" } },
		{ liveId: "1001", identity: { cookie: undefined, name: "main" } },
	]);
});

test("passes a room with a bad login, not without identity", async () => {
	const ended: ProbeStep = { name: "login", ok: false, detail: "ended", tookMs: 0 };
	expect((await examined([], [good, ended]).run({ liveId: "1" })).verdict).toEqual({ liveId: "1", ok: true });
	const refused: ProbeStep = { name: "socket", ok: false, detail: "refused", tookMs: 0 };
	expect((await examined([], [good, refused]).run({ liveId: "1" })).verdict).toEqual({ liveId: "1", ok: false });
	const gone = examined([room("1003")]);
	expect(await gone.run({ liveId: "1003" })).toMatchObject({ verdict: { liveId: "1003", ok: false } });
	expect(gone.asked).toEqual([]);
});

test("runs one examination at a time, six in a minute", async () => {
	const { run, asked, clock, hold } = examined();
	await expect(run({ identity: "nobody" })).rejects.toMatchObject({ code: "identity_not_found" });
	let open: () => void = () => undefined;
	hold(new Promise((resolve) => (open = resolve)));
	const first = run({ liveId: "1" });
	await expect(run({ liveId: "2" })).rejects.toMatchObject({
		code: "too_many_requests",
		message: expect.stringContaining("already running"),
	});
	open();
	await first;
	for (let i = 0; i < 5; i++) await run({ liveId: "1" });
	await expect(run({ liveId: "1" })).rejects.toMatchObject({ code: "too_many_requests", retryAfterS: 60 });
	expect(asked).toHaveLength(6);
	await clock.advance(60_000);
	await run({ liveId: "1" });
	expect(asked).toHaveLength(7);
});

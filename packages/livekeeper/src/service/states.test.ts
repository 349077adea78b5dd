import { expect, test, vi } from "vitest";
import { type StatesOf, statesOf } from "./states.ts";

type Rooms = ReturnType<StatesOf["live"]["getStatus"]>["rooms"];

const ok = {
	state: "ok",
	since: 0,
	pendingEvents: 0,
	pendingBytes: 0,
	storedBytes: 0,
	repeats: 0,
	findings: [],
} as const;
const full = { ...ok, state: "failing", fault: "disk_full" } as const;
const ends = { en: "it ends in 2 days", zh: "2 天后到期" };
const ended = { en: "it has ended", zh: "已失效" };

function conditions(rooms: Rooms, status: ReturnType<StatesOf["log"]["status"]> = ok) {
	const source = statesOf({ live: { getStatus: () => ({ rooms }) }, log: { status: () => status } });
	return source.readings().map(({ state, subject, condition }) => `${state} ${subject} ${condition}`);
}

test("reports storage as the log does, with the fault", () => {
	const source = statesOf({ live: { getStatus: () => ({ rooms: [] }) }, log: { status: () => full } });
	const [reading = expect.fail()] = source.readings();
	expect(reading).toMatchObject({ state: "storage", subject: "", condition: "failing" });
	expect(reading.text.en).toMatch(/^Messages can't be saved at the moment.*storage: disk full/);
	expect(source.isStorable()).toBe(false);
	expect(conditions([])).toEqual(["storage  fine"]);
});

test("reports an identity's worst login state, ignoring unseen ones", () => {
	const connectedAt = 1;
	expect(
		conditions([
			{ identity: "logged_in", identityName: "main", connectedAt },
			{ identity: "logged_in", identityName: "main", loginWarning: ends },
			{ identity: "expired", identityName: "other", loginWarning: ended },
			{ identity: "logged_in", identityName: "other", loginWarning: ends },
			{ identity: "logged_in", identityName: "new" },
			{ identity: "anonymous", connectedAt },
			{ identity: "logged_in", connectedAt },
		]),
	).toEqual(["storage  fine", "login_ending main ending", "login_ending other ended", "login_ending  fine"]);
});

test("checks logins every twelfth reading and keeps them between", () => {
	const rooms: Rooms = [{ identity: "logged_in", identityName: "main", loginWarning: ends }];
	const getStatus = vi.fn(() => ({ rooms }));
	const source = statesOf({ live: { getStatus }, log: { status: () => ok } });
	for (let reading = 0; reading < 25; reading++) expect(source.readings()).toHaveLength(2);
	expect(getStatus).toHaveBeenCalledTimes(3);
});

test("reports from the first node by name that stays", () => {
	const entry = { run: "", weight: 1, draining: false, url: "", version: "", startedAt: 0, rooms: 0, renewal: 0 };
	const notifies = (self: string, draining: boolean) => {
		const nodes = ["b", "a"].map((node) => ({
			...entry,
			node,
			draining: draining && node === "a",
			isSelf: node === self,
		}));
		const log = { status: () => ok };
		const cluster = { nodes, members: new Map() };
		return statesOf({ live: { getStatus: () => ({ rooms: [] }) }, log, cluster }).notifies();
	};
	expect([notifies("a", false), notifies("b", false)]).toEqual([true, false]);
	expect([notifies("a", true), notifies("b", true)]).toEqual([false, true]);
});

test("reports no state for a node that has just left", () => {
	const members = new Map([
		["a", "present"],
		["b", "absent"],
		["c", "lost"],
	] as const);
	const of = { live: { getStatus: () => ({ rooms: [] }) }, log: { status: () => ok } };
	const readings = statesOf({ ...of, cluster: { nodes: [], members } }).readings();
	expect(readings.slice(1).map(({ text, ...reading }) => [reading, text.en])).toEqual([
		[{ state: "node_lost", subject: "a", condition: "fine" }, "Node a is back in the cluster."],
		[{ state: "node_lost", subject: "c", condition: "lost" }, expect.stringMatching(/^The cluster has lost node c:/)],
	]);
});

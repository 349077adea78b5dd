import fc from "fast-check";
import { expect, test } from "vitest";
import { changesOf, type Notice, type Observed, observe, type Reading } from "./service-states.ts";

const subjects = ["main", "second"] as const;
type Subject = (typeof subjects)[number];
type Condition = "fine" | "ending" | "ended" | "unknown";
const minute = 60_000;

/** One minute: changes of states in it, and what happens to the nodes before they observe. */
const minutes = fc.array(
	fc.record({
		changes: fc.dictionary(
			fc.constantFrom(...subjects),
			fc.constantFrom<Condition>("fine", "ending", "ended", "unknown"),
		),
		event: fc.constantFrom("", "", "", "", "restart", "another node"),
	}),
	{ minLength: 1, maxLength: 60 },
);

function readings(now: Readonly<Record<Subject, Condition>>): Reading[] {
	return subjects.flatMap((subject) => {
		const condition = now[subject];
		if (condition === "unknown") return [];
		return [{ state: "login_ending", subject, condition, text: { en: "", zh: "" } } as const];
	});
}

/** Runs the service: two nodes observe, one notifies, and only the notified states outlive a node. */
function run(script: readonly { now: Record<Subject, Condition>; event: string }[], holdMinutes: number): string[] {
	const nodes: Observed[] = [new Map(), new Map()];
	let notifier = 0;
	let lastNotified = {};
	const notices: string[] = [];
	for (const [n, { now, event }] of script.entries()) {
		if (event === "restart") nodes[notifier] = new Map();
		if (event === "another node") notifier = 1 - notifier;
		for (const i of nodes.keys()) nodes[i] = observe(nodes[i] ?? new Map(), readings(now), n * minute);
		const of = { states: ["login_ending"], holdMs: holdMinutes * minute, now: n * minute, heldUntil: () => undefined };
		for (let isAll = false; !isAll; ) {
			const changes = changesOf(nodes[notifier] ?? new Map(), lastNotified, { ...of, maxNotices: 1 });
			({ lastNotified, isAll } = changes);
			notices.push(...changes.due.map(({ subject, condition }) => `${n} ${subject} ${condition}`));
		}
	}
	return notices;
}

/**
 * Returns the expected notices by the documentation's words: states that were the same at each check of the last
 * minutes, and differ from the last notified ones.
 */
function expected(
	script: readonly { now: Record<Subject, Condition>; event: string }[],
	holdMinutes: number,
): string[] {
	const lastNotified = new Map<Subject, Condition>();
	const startedAt = [0, 0];
	let notifier = 0;
	return script.flatMap(({ event }, n) => {
		if (event === "restart") startedAt[notifier] = n;
		if (event === "another node") notifier = 1 - notifier;
		const from = n - holdMinutes;
		if (from < (startedAt[notifier] ?? 0)) return [];
		return subjects.flatMap((subject) => {
			const seen = new Set(script.slice(from, n + 1).map(({ now }) => now[subject]));
			const [condition = "unknown"] = seen;
			if (seen.size > 1 || condition === "unknown" || condition === (lastNotified.get(subject) ?? "fine")) return [];
			lastNotified.set(subject, condition);
			return [`${n} ${subject} ${condition}`];
		});
	});
}

test("notifies each lasting change once, despite flapping and restarts", () => {
	fc.assert(
		fc.property(minutes, fc.integer({ min: 0, max: 3 }), (script, holdMinutes) => {
			let now: Record<Subject, Condition> = { main: "fine", second: "fine" };
			const whole = script.map(({ changes, event }) => {
				now = { ...now, ...changes };
				return { now, event };
			});
			expect(run(whole, holdMinutes)).toEqual(expected(whole, holdMinutes));
		}),
		{ numRuns: 500 },
	);
});

const notice: Notice = { state: "storage", subject: "", condition: "failing", text: { en: "", zh: "" }, at: 10_000 };
const of = { states: ["storage"], holdMs: 5_000, maxNotices: 9, heldUntil: () => undefined };
const observed: Observed = new Map([["storage ", notice]]);

test("announces when a pending change is due, despite clock changes", () => {
	expect(changesOf(observed, {}, { ...of, now: 12_000 })).toEqual({
		due: [],
		lastNotified: {},
		dueAt: 15_000,
		isAll: true,
	});
	expect(changesOf(observed, {}, { ...of, now: 1_000 }).due).toEqual([notice]);
});

test("notifies nothing about unselected states", () => {
	const { due, dueAt } = changesOf(observed, {}, { ...of, states: ["login_ending"], now: 20_000 });
	expect({ due, dueAt }).toEqual({ due: [], dueAt: undefined });
});

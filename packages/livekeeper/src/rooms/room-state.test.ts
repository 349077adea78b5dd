import { expect, test } from "vitest";
import { verbatim } from "../text/index.ts";
import { allowedTransitions, RoomStateMachine, type Transition } from "./room-state.ts";
import type { RoomState, StatusReason } from "./room-status.ts";

const reason: StatusReason = { code: "offline", message: verbatim("Not live.") };
const states = Object.keys(allowedTransitions) as RoomState[];

/** A shortest way from `idle` to `state`, by the table. */
function wayTo(state: RoomState): RoomState[] {
	const ways: RoomState[][] = [["idle"]];
	for (const way of ways) {
		const last = way.at(-1) as RoomState;
		if (last === state) return way.slice(1);
		for (const next of allowedTransitions[last]) if (!way.includes(next)) ways.push([...way, next]);
	}
	throw new Error(`${state} can't be reached`);
}

test.each(states)("%s can be reached, takes only what the table allows, and can be stopped", (state) => {
	for (const to of states) {
		const machine = new RoomStateMachine(0, () => undefined);
		for (const step of wayTo(state)) machine.enter(step, reason, 0);
		const allowed = (allowedTransitions[state] as readonly RoomState[]).includes(to);
		if (allowed) {
			machine.enter(to, reason, 1);
			expect(machine.state).toBe(to);
		} else {
			expect(() => machine.enter(to, reason, 1)).toThrow(`from ${state} to ${to}`);
			expect(machine.state).toBe(state);
		}
		if (to === "stopped") expect(allowed).toBe(state !== "stopped");
	}
});

test("a transition is told with both ends and its reason, after the state has changed", () => {
	const told: [Transition, RoomState][] = [];
	const machine: RoomStateMachine = new RoomStateMachine(0, (transition) => told.push([transition, machine.state]));
	machine.enter("resolving", { code: "new", message: verbatim("Looking.") }, 5);
	expect(told).toEqual([
		[{ from: "idle", to: "resolving", reason: { code: "new", message: verbatim("Looking.") } }, "resolving"],
	]);
});

test("entering a state again keeps the time since when, and takes the new reason and time of the next attempt", () => {
	const machine = new RoomStateMachine(0, () => undefined);
	machine.enter("resolving", reason, 10);
	machine.enter("waiting", reason, 20, 50);
	machine.enter("waiting", { code: "no_room", message: verbatim("No room.") }, 50, 80);
	expect(machine).toMatchObject({ since: 20, nextAttemptAt: 80, reason: { code: "no_room" } });
	machine.attempt();
	expect(machine.nextAttemptAt).toBeUndefined();
});

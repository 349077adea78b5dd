import fc from "fast-check";
import { expect, test } from "vitest";
import { Members } from "./presence.ts";

const names = ["b", "c"] as const;
type Name = (typeof names)[number];
/** Lifetime of an entry, and of the mark of a removed one, in looks. */
const ttl = 8;
/** Number of looks without an outage after which everything that happened is known. */
const settled = 2 * ttl;

/** Nodes that renew their entries at each look, and NATS, which may be away. */
class World {
	readonly members = new Members();
	readonly #alive = new Set<Name>(names);
	readonly #entries = new Map<Name, { at: number; removed: boolean }>();
	/** Number of looks until a node renews its entry again after an outage. */
	readonly #away = new Map<Name, number>();
	#now = 0;

	start(name: Name): void {
		this.#alive.add(name);
		this.#entries.set(name, { at: this.#now, removed: false });
	}

	kill(name: Name): void {
		this.#alive.delete(name);
	}

	leave(name: Name): void {
		if (this.#alive.delete(name)) this.#entries.set(name, { at: this.#now, removed: true });
	}

	/** Runs an outage, in which entries expire and no node looks. */
	outage(looks: number, backAfter: number): void {
		// A node that is not back from the outage before is back as soon as it would have been.
		if (this.#entries.get("c")?.at === this.#now) this.#away.set("c", backAfter);
		this.#now += looks;
	}

	look(): void {
		this.#now++;
		for (const name of this.#alive) {
			const away = this.#away.get(name) ?? 0;
			if (away > 0) this.#away.set(name, away - 1);
			else this.#entries.set(name, { at: this.#now, removed: false });
		}
		const kept = [...this.#entries].filter(([, { at }]) => this.#now - at < ttl);
		const of = (removed: boolean) => kept.filter(([, entry]) => entry.removed === removed).map(([name]) => name);
		this.members.see(of(false), of(true));
	}
}

const steps = fc.array(
	fc.oneof(
		{ weight: 6, arbitrary: fc.record({ is: fc.constant("looks" as const), n: fc.integer({ min: 1, max: 12 }) }) },
		fc.record({
			is: fc.constantFrom("start" as const, "kill" as const, "leave" as const),
			name: fc.constantFrom(...names),
		}),
		fc.record({
			is: fc.constant("outage" as const),
			n: fc.integer({ min: 1, max: 60 }),
			back: fc.integer({ min: 0, max: 7 }),
		}),
	),
	{ maxLength: 40 },
);

test("loses exactly the dead nodes, despite NATS outages and departures", () => {
	fc.assert(
		fc.property(steps, (script) => {
			const world = new World();
			const ended = new Map<Name, "killed" | "left">();
			const look = () => {
				world.look();
				for (const [name, state] of world.members.states) {
					if (state === "lost") expect(ended.get(name as Name)).toBe("killed");
				}
			};
			look();
			for (const step of script) {
				if (step.is === "looks") for (let n = 0; n < step.n; n++) look();
				else if (step.is === "outage") world.outage(step.n, step.back);
				else {
					const { is, name } = step;
					if (is === "start") ended.delete(name);
					else if (!ended.has(name)) ended.set(name, is === "kill" ? "killed" : "left");
					world[is](name);
					// A departure is seen, because NATS, which is notified of it, is there.
					look();
				}
			}
			for (let n = 0; n < settled; n++) look();
			const due = names.flatMap((name) => {
				const how = ended.get(name);
				return how === "left" ? [] : [[name, how === "killed" ? "lost" : "present"]];
			});
			expect([...world.members.states].toSorted()).toEqual(due);
		}),
		{ numRuns: 1_000 },
	);
});

import type { Clock } from "@livekeeper/douyin";
import { SimulatorError } from "../errors.ts";
import type { Way } from "../site/site-rules.ts";
import { checkFault, type FaultKind, type FaultSpec, type FaultTarget, isStroke } from "./fault-spec.ts";

/** A fault that is set, or the last state of one. */
export interface Fault {
	readonly id: number;
	readonly spec: FaultSpec;
	/** The room it applies to; `undefined` for all. */
	readonly liveId: string | undefined;
	/** Number of times it has struck. */
	struck: number;
}

interface ActiveFault extends Fault {
	readonly beginsAt: number;
	readonly endsAt: number;
}

/** The faults that are set, per room and for all. Every action checks here first. */
export class FaultBoard {
	readonly #clock: Clock;
	#faults: ActiveFault[] = [];
	#nextId = 1;
	#onAdded: (fault: Fault) => void = () => undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Registers the immediate effect of a new fault on open sockets. */
	onAdded(strike: (fault: Fault) => void): void {
		this.#onAdded = strike;
	}

	/**
	 * @param liveId the room it applies to; without it, all
	 * @throws SimulatorError `bad_fault`
	 */
	add(given: FaultSpec, liveId?: string): Fault {
		const spec = checkFault(given);
		if (spec.fault === "way_closed" && liveId !== undefined) {
			throw new SimulatorError("bad_fault", "The fault way_closed is for all rooms: POST it to /__sim/faults.");
		}
		const beginsAt = this.#clock.now() + (spec.after_ms ?? 0);
		const lastsMs = Math.min(spec.for_ms ?? Infinity, spec.fault === "stall" ? (spec.ms ?? Infinity) : Infinity);
		const fault: ActiveFault = {
			id: this.#nextId++,
			spec,
			liveId,
			struck: 0,
			beginsAt,
			endsAt: beginsAt + lastsMs,
		};
		this.#faults.push(fault);
		this.#onAdded(fault);
		const once = isStroke(spec.fault) && spec.count === undefined && spec.for_ms === undefined;
		if (once) this.#faults = this.#faults.filter((other) => other !== fault);
		return fault;
	}

	/** @param liveId clears the faults of this room; without it those for all */
	clear(liveId?: string): void {
		this.#faults = this.#faults.filter((fault) => fault.liveId !== liveId);
	}

	/** Clears all faults. */
	clearAll(): void {
		this.#faults = [];
	}

	/** Lists the faults that are set, now or for later: of one room, or those for all. */
	list(liveId?: string): Fault[] {
		const now = this.#clock.now();
		return this.#faults.filter((fault) => fault.liveId === liveId && now < fault.endsAt);
	}

	/**
	 * Returns the active fault of this kind for a room, without striking. A room's own takes precedence over one for all.
	 */
	peek(kind: FaultKind, liveId: string | undefined, target?: FaultTarget | Way): Fault | undefined {
		if (this.#faults.length === 0) return undefined;
		const fits = (fault: ActiveFault) =>
			fault.spec.fault === kind && this.#isOn(fault) && (target === undefined || isOn(fault.spec, target));
		return (
			this.#faults.find((fault) => fault.liveId !== undefined && fault.liveId === liveId && fits(fault)) ??
			this.#faults.find((fault) => fault.liveId === undefined && fits(fault))
		);
	}

	/** Like `peek`, but counts a strike. */
	take(kind: FaultKind, liveId: string | undefined, target?: FaultTarget): FaultSpec | undefined {
		const fault = this.peek(kind, liveId, target);
		if (fault) this.strike(fault);
		return fault?.spec;
	}

	/** Counts a strike; returns whether the fault had one left. */
	strike(fault: Fault): boolean {
		if (fault.struck >= (fault.spec.count ?? Infinity)) return false;
		fault.struck++;
		if (fault.struck === fault.spec.count) this.#faults = this.#faults.filter((other) => other !== fault);
		return true;
	}

	#isOn(fault: ActiveFault): boolean {
		const now = this.#clock.now();
		return now >= fault.beginsAt && now < fault.endsAt;
	}
}

function isOn(spec: FaultSpec, target: FaultTarget | Way): boolean {
	return spec.on === undefined || spec.on === "all" || spec.on === target;
}

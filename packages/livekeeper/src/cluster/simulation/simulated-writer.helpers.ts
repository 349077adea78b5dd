import { claimAfter, headAfter, judge, mayClaim, type Placed } from "@livekeeper/log/src/event-log/jetstream/claim.ts";
import type { Head } from "@livekeeper/log/src/event-log/jetstream/message.ts";
import type { SimulatedNode } from "./simulated-node.helpers.ts";

/** Number of reads per claim: the newest message, and whether one that counts precedes it or the claim. */
const readsOfClaim = 4;
const readsOfFirstClaim = 2;
const claimAttempts = 8;

/** A node as the owner of one room: like `RoomWriter`, by the same rule, with heads only. */
export class SimulatedWriter {
	readonly room: number;
	readonly #node: SimulatedNode;
	#last: Placed | undefined;
	/** Sent without an answer yet; it is sent again unchanged. */
	#doubt: Head | undefined;
	#busy = false;

	constructor(node: SimulatedNode, room: number) {
		this.#node = node;
		this.room = room;
	}

	/** The run of the node. */
	get owner(): string {
		return this.#node.owner;
	}

	/** Notes another node's claim as soon as the node can. */
	hears(epoch: number): void {
		this.#node.do(() => {
			if (this.#last && this.#last.head.epoch < epoch) this.#fenced();
		});
	}

	/** @param done called with whether the room is now the node's own */
	claim(done: (claimed: boolean) => void, attempt = 1): void {
		const { view, owner } = this.#node;
		this.#read((last) => {
			const me = { owner, view: view?.number ?? 0 };
			if (attempt > claimAttempts || !mayClaim(last?.head, me) || !this.#node.isOwner(this.room)) return done(false);
			const head = claimAfter(last, me, last?.head.epoch ?? 0, this.#now);
			this.#send(head, last?.sequence ?? 0, (answer) => {
				// If the answer was lost, the next attempt starts over, above the claim that may have been stored.
				if (typeof answer !== "number") return this.claim(done, attempt + 1);
				this.#last = { sequence: answer, head };
				done(true);
			});
		});
	}

	/** Stores the room's new messages if nothing is in transit. */
	append(): void {
		if (this.#busy || !this.#last) return;
		this.#busy = true;
		this.#store(this.#last, this.#doubt ?? this.#batch(this.#last), this.#last.sequence);
	}

	get #now(): number {
		return epochStart + this.#node.world.time.now + this.#node.skewMs;
	}

	#batch(last: Placed): Head {
		const { epoch, view, owner, n } = last.head;
		const count = 1 + Math.floor(this.#node.world.random() * 4);
		const head = headAfter(last, this.#now);
		return { ...head, kind: "batch", epoch, view, owner, n: n + 1, count, next: head.next + count };
	}

	#store(last: Placed, head: Head, expected: number): void {
		this.#doubt = head;
		this.#send(head, expected, (answer) => {
			if (typeof answer === "number") return this.#stored(head, answer);
			if (answer === "no answer") return this.#store(last, head, last.sequence);
			this.#read((newest) => {
				const verdict = judge(newest, head, expected);
				if (verdict === "stored") this.#stored(head, newest?.sequence ?? 0);
				else if (verdict === "passed") this.#store(last, head, newest?.sequence ?? 0);
				else this.#fenced();
			});
		});
	}

	#stored(head: Head, sequence: number): void {
		this.#last = { sequence, head };
		this.#doubt = undefined;
		this.#busy = false;
	}

	#fenced(): void {
		this.#last = undefined;
		if (this.#node.world.writers.get(this.room, this.owner) === this) this.#node.contested(this.room);
	}

	#read(then: (newest: Placed | undefined) => void): void {
		const { rules, servers } = this.#node.world;
		const reads = servers.newest(this.room) ? readsOfClaim : readsOfFirstClaim;
		servers.note("leader read", reads);
		servers.inTurn("read", this.room, reads, rules.wayMs, () => {
			const newest = servers.newest(this.room);
			this.#node.later(rules.wayMs, () => then(newest));
		});
	}

	/** Sends one append. It or its answer may be lost or late. */
	#send(head: Head, expected: number, then: Then): void {
		const { time, rules, random } = this.#node.world;
		const request = { head, expected, then, waiting: true };
		if (random() >= rules.lostAnswers) {
			this.#arrive(request);
			return;
		}
		this.#node.later(rules.timeoutMs, () => answer(request, "no answer"));
		time.after(random() * 2 * rules.timeoutMs, () => this.#arrive(request));
	}

	/** Serves a request at the servers, in its turn. */
	#arrive(request: Request): void {
		const { rules, servers, random } = this.#node.world;
		const isLost = random() < rules.lostAnswers;
		const doneMs = servers.inTurn("append", this.room, 1, rules.wayMs, () => {
			const sequence = servers.append(this.room, request.head, request.expected) ?? "wrong";
			if (!isLost) this.#node.later(rules.wayMs, () => answer(request, sequence));
		});
		if (isLost || doneMs > rules.timeoutMs) this.#node.later(rules.timeoutMs, () => answer(request, "no answer"));
	}
}

type Answer = number | "wrong" | "no answer";
type Then = (answer: Answer) => void;

interface Request {
	head: Head;
	expected: number;
	then: Then;
	waiting: boolean;
}

/** Applies the first answer; after a timeout no answer counts. */
function answer(request: Request, what: Answer): void {
	if (!request.waiting) return;
	request.waiting = false;
	request.then(what);
}

const epochStart = Date.UTC(2026, 0, 1);

import { createHash } from "node:crypto";
import type { Clock, Timer } from "@livekeeper/douyin";
import type { Random } from "../traffic/random.ts";
import { type Entry, EntryMaker } from "./entries.ts";
import { type AppSettings, keptTypes, type MsgType } from "./platform-options.ts";

/** Outcomes of entries. */
interface Deliveries {
	/** A callback with them was answered with 2xx in time. */
	delivered(entries: readonly Entry[]): void;
	/** The delivery failed: they can be looked up, if their kind allows it. */
	failed(entries: readonly Entry[]): void;
}

interface Parcel {
	roomId: string;
	type: MsgType;
	entries: Entry[];
	to: Deliveries;
}

/** Timeout of an answer, ms; a later one counts as failed. */
const answerWithinMs = (type: MsgType) => (type === "live_gift" ? 3000 : 2000);
/** Number of failures in a row after which nothing is sent for a while. */
const failuresInARow = 10;
const pauseMs = 5000;
/** Maximum delay of a callback that is to come after later ones, ms. */
const heldMs = 500;

/** Sends an app's callbacks at its rate, with the configured faults. */
export class Courier {
	readonly #clock: Clock;
	readonly #app: () => AppSettings;
	readonly #random: Random;
	readonly #waiting: Parcel[] = [];
	readonly #held: { dueAt: number; parcel: Parcel }[] = [];
	readonly #open = new Set<AbortController>();
	#inARow = 0;
	#pausedUntil = 0;
	#nonce = 0;
	/** Number of callbacks that may be sent now. */
	#allowance = 0;
	#countedAt: number;

	constructor(clock: Clock, app: () => AppSettings, random: Random) {
		this.#clock = clock;
		this.#app = app;
		this.#random = random;
		this.#countedAt = clock.now();
	}

	/** Whether all callbacks have been answered, or have failed. */
	get idle(): boolean {
		return this.#waiting.length + this.#held.length + this.#open.size === 0;
	}

	/** Number of callbacks that have not been answered. */
	get unanswered(): number {
		return this.#open.size;
	}

	send(parcel: Parcel): void {
		const { batch } = this.#app();
		for (let i = 0; i < parcel.entries.length; i += batch) {
			this.#waiting.push({ ...parcel, entries: parcel.entries.slice(i, i + batch) });
		}
	}

	tick(now: number): void {
		const { rate } = this.#app();
		this.#allowance = Math.min(rate, this.#allowance + ((now - this.#countedAt) * rate) / 1000);
		this.#countedAt = now;
		for (; this.#allowance >= 1; this.#allowance--) {
			const parcel = this.#next(now);
			if (!parcel) break;
			this.#dispatch(parcel, now);
		}
	}

	close(): void {
		for (const controller of this.#open) controller.abort();
		this.#waiting.length = 0;
		this.#held.length = 0;
	}

	#next(now: number): Parcel | undefined {
		const held = this.#held[0];
		if (held && (held.dueAt <= now || this.#waiting.length === 0)) {
			if (held.dueAt > now) return undefined;
			this.#held.shift();
			return held.parcel;
		}
		const { faults } = this.#app();
		for (let parcel = this.#waiting.shift(); parcel; parcel = this.#waiting.shift()) {
			if (!this.#random.chance(faults.disorder)) return parcel;
			this.#held.push({ dueAt: now + this.#random.between(1, heldMs), parcel });
			this.#held.sort((a, b) => a.dueAt - b.dueAt);
		}
		return undefined;
	}

	#dispatch(parcel: Parcel, now: number): void {
		const { faults, callbackUrl } = this.#app();
		if (now < this.#pausedUntil || callbackUrl === "" || this.#random.chance(faults.loss)) {
			parcel.to.failed(parcel.entries);
			return;
		}
		const lost = this.#random.chance(faults.lostAnswers);
		const copies = this.#random.chance(faults.duplicates) ? 2 : 1;
		for (let i = 0; i < copies; i++) void this.#post(parcel, lost, i > 0);
	}

	/** @param again whether it is a repeat, whose outcome is not reported */
	async #post(parcel: Parcel, lost: boolean, again: boolean): Promise<void> {
		const { type, roomId, entries, to } = parcel;
		const app = this.#app();
		const body = JSON.stringify(entries);
		const headers: CallbackHeaders = {
			"x-nonce-str": `n${++this.#nonce}${this.#random.int(1e9).toString(36)}`,
			"x-timestamp": String(this.#clock.now()),
			"x-roomid": roomId,
			"x-msg-type": type,
		};
		const signature = signCallback(headers, body, app.callbackSecrets[type] ?? app.secret);
		const answered = await this.#answer(app.callbackUrl, { ...headers, "x-signature": signature }, body, type);
		if (again) return;
		if (answered && !lost) {
			this.#inARow = 0;
			to.delivered(entries);
			return;
		}
		this.#inARow++;
		if (this.#inARow >= failuresInARow) {
			this.#inARow = 0;
			this.#pausedUntil = this.#clock.now() + pauseMs;
		}
		to.failed(entries);
	}

	async #answer(url: string, headers: Record<string, string>, body: string, type: MsgType): Promise<boolean> {
		const controller = new AbortController();
		this.#open.add(controller);
		const timer: Timer = this.#clock.after(answerWithinMs(type), () => controller.abort());
		try {
			const { signal } = controller;
			const answer = await fetch(url, {
				method: "POST",
				headers: { ...headers, "content-type": "application/json" },
				body,
				signal,
			});
			await answer.arrayBuffer();
			return answer.ok;
		} catch {
			return false;
		} finally {
			timer.cancel();
			this.#open.delete(controller);
		}
	}
}

/** The headers that a callback's signature covers, without the signature itself. */
interface CallbackHeaders {
	"x-nonce-str": string;
	"x-timestamp": string;
	"x-roomid": string;
	"x-msg-type": string;
}

/** Computes the base64 of MD5 over the headers by name, the body and the secret (the open platform's documentation). */
export function signCallback(headers: CallbackHeaders, body: string, secret: string): string {
	const pairs = Object.entries(headers).map(([name, value]) => `${name}=${value}`);
	return createHash("md5").update(pairs.sort().join("&")).update(body).update(secret).digest("base64");
}

/** Maximum number of failed entries kept of each broadcast and kind (the first ones), and for how long. */
const maxFailed = 100_000;
const failedForMs = 86_400_000;

/** Outcome of a task's entries, by `msg_id`, in order of time. */
export interface TaskTruth {
	roomId: string;
	type: MsgType;
	running: boolean;
	/** All that were produced while the task ran. */
	happened: string[];
	delivered: string[];
	/** Those that could be looked up. */
	failed: string[];
	/** Those that are lost: undelivered comments or likes, or failures beyond the maximum. */
	lost: string[];
	/** Those that the app acknowledged, by `ack_type`. */
	received: string[];
	processed: string[];
}

/** One app's task for one kind of data in one broadcast. */
export class PushTask implements Deliveries {
	readonly id: string;
	readonly roomId: string;
	readonly liveId: string;
	readonly type: MsgType;
	running = true;
	readonly #maker: EntryMaker;
	readonly #fresh: Entry[] = [];
	readonly #happened: string[] = [];
	readonly #delivered: string[] = [];
	readonly #lost: string[] = [];
	readonly #received = new Set<string>();
	readonly #processed = new Set<string>();
	readonly #now: () => number;
	#failed: { entry: Entry; at: number }[] = [];

	constructor(of: { id: string; appId: string; liveId: string; roomId: string; type: MsgType }, now: () => number) {
		this.id = of.id;
		this.liveId = of.liveId;
		this.roomId = of.roomId;
		this.type = of.type;
		this.#maker = new EntryMaker(of.appId, of.roomId, of.type);
		this.#now = now;
	}

	get maker(): EntryMaker {
		return this.#maker;
	}

	/** Adds an entry to be sent. */
	add(entry: Entry): void {
		this.#fresh.push(entry);
		this.#happened.push(entry.msg_id);
	}

	/** Returns the entries to be sent since the last call. */
	take(): Parcel | undefined {
		if (this.#fresh.length === 0) return undefined;
		return { roomId: this.roomId, type: this.type, entries: this.#fresh.splice(0), to: this };
	}

	delivered(entries: readonly Entry[]): void {
		for (const { msg_id: id } of entries) this.#delivered.push(id);
	}

	failed(entries: readonly Entry[]): void {
		for (const entry of entries) {
			if (keptTypes.has(this.type) && this.#failed.length < maxFailed) this.#failed.push({ entry, at: this.#now() });
			else this.#lost.push(entry.msg_id);
		}
	}

	/** Returns failed deliveries; `page` from 1. */
	page(page: number, size: number): { total: number; entries: Entry[] } {
		this.#failed = this.#failed.filter(({ at }) => this.#now() - at < failedForMs);
		const entries = this.#failed.slice((page - 1) * size, page * size).map(({ entry }) => entry);
		return { total: this.#failed.length, entries };
	}

	acknowledge(id: string, ackType: 1 | 2): void {
		(ackType === 1 ? this.#received : this.#processed).add(id);
	}

	truth(): TaskTruth {
		return {
			roomId: this.roomId,
			type: this.type,
			running: this.running,
			happened: [...this.#happened],
			delivered: [...this.#delivered],
			failed: this.#failed.map(({ entry }) => entry.msg_id),
			lost: [...this.#lost],
			received: [...this.#received],
			processed: [...this.#processed],
		};
	}
}

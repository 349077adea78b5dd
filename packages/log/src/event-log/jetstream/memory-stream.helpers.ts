import type { Clock } from "@livekeeper/douyin";
import { isMatch } from "./nats-subject.helpers.ts";

/** A refusal by JetStream, as its API reports it. */
export class Refused extends Error {
	readonly error: { code: number; err_code: number; description: string };

	constructor(code: number, errCode: number, description: string) {
		super(description);
		this.error = { code, err_code: errCode, description };
	}
}

export const notFound = () => new Refused(404, 10_037, "no message found");

/** The part of a stream's configuration that the stand-in acts on. */
export interface MemoryStreamConfig {
	name: string;
	subjects: string[];
	/** ns; 0 or absent: unlimited. */
	max_age?: number;
	max_msgs_per_subject?: number;
	/** ns */
	duplicate_window?: number;
	republish?: { src: string; dest: string };
}

export interface MemoryMessage {
	seq: number;
	subject: string;
	/** ms since the epoch. */
	at: number;
	/** Raw headers, with their first line; absent: none. */
	header: string | undefined;
	data: Buffer;
}

const nsPerMs = 1e6;
const defaultDedupNs = 120 * 1e9;

/** Returns a header's value. */
export function headerOf(header: string | undefined, name: string): string | undefined {
	const start = header?.indexOf(`\r\n${name}:`) ?? -1;
	if (header === undefined || start === -1) return undefined;
	const from = start + name.length + 3;
	return header.slice(from, header.indexOf("\r\n", from)).trim();
}

/** Messages of one stream in memory, with the rules by which JetStream accepts, keeps and deletes them. */
export class MemoryStream {
	config: MemoryStreamConfig;
	readonly created: number;
	lastSeq = 0;
	readonly #clock: Pick<Clock, "now">;
	/** In order of their sequences. */
	#messages: MemoryMessage[] = [];
	#bytes = 0;
	readonly #bySubject = new Map<string, MemoryMessage[]>();
	readonly #ids = new Map<string, { seq: number; at: number }>();

	constructor(config: MemoryStreamConfig, clock: Pick<Clock, "now">) {
		this.config = config;
		this.#clock = clock;
		this.created = clock.now();
	}

	get messages(): readonly MemoryMessage[] {
		this.#expire();
		return this.#messages;
	}

	/** As of an empty stream: 0 if it never had any message. */
	get firstSeq(): number {
		return this.messages[0]?.seq ?? (this.lastSeq === 0 ? 0 : this.lastSeq + 1);
	}

	get bytes(): number {
		this.#expire();
		return this.#bytes;
	}

	/** @returns the stored message, or the one that has this id already. @throws Refused */
	store(subject: string, header: string | undefined, data: Buffer): { message: MemoryMessage; isDuplicate: boolean } {
		this.#expire();
		const own = this.#bySubject.get(subject) ?? [];
		const expected = headerOf(header, "Nats-Expected-Last-Subject-Sequence");
		const last = own.at(-1)?.seq ?? 0;
		// As a cluster of servers does, before the id is looked at.
		if (expected !== undefined && Number(expected) !== last)
			throw new Refused(400, 10_071, `wrong last sequence: ${last}`);
		const id = headerOf(header, "Nats-Msg-Id");
		const known = id === undefined ? undefined : this.#known(id);
		if (known !== undefined) {
			return { message: { seq: known, subject, at: this.#clock.now(), header, data }, isDuplicate: true };
		}
		const message = { seq: ++this.lastSeq, subject, at: this.#clock.now(), header, data };
		if (id !== undefined) this.#ids.set(id, { seq: message.seq, at: message.at });
		this.#messages.push(message);
		this.#bytes += bytesOf(message);
		own.push(message);
		this.#bySubject.set(subject, own);
		const isRollup = headerOf(header, "Nats-Rollup") === "sub";
		const max = isRollup ? 1 : (this.config.max_msgs_per_subject ?? 0);
		if (max > 0) this.#delete(own.slice(0, Math.max(0, own.length - max)));
		return { message, isDuplicate: false };
	}

	at(seq: number): MemoryMessage | undefined {
		const found = this.messages[placeOf(this.messages, seq)];
		return found?.seq === seq ? found : undefined;
	}

	/** Returns the first message at this sequence or behind it. */
	next(filters: readonly string[], seq: number): MemoryMessage | undefined {
		const { messages } = this;
		const [only = ""] = filters;
		if (filters.length === 1 && !/[*>]/.test(only)) {
			const own = this.#bySubject.get(only) ?? [];
			return own[placeOf(own, seq)];
		}
		for (let i = placeOf(this.messages, seq); i < messages.length; i++) {
			const message = messages[i];
			if (message && isAny(filters, message.subject)) return message;
		}
		return undefined;
	}

	last(filter: string): MemoryMessage | undefined {
		this.#expire();
		const exact = this.#bySubject.get(filter);
		return exact ? exact.at(-1) : this.#messages.findLast(({ subject }) => isMatch(filter, subject));
	}

	matching(filters: readonly string[], from: number): MemoryMessage[] {
		return this.messages.slice(placeOf(this.messages, from)).filter(({ subject }) => isAny(filters, subject));
	}

	get subjectCount(): number {
		this.#expire();
		return this.#bySubject.size;
	}

	/** Returns the number of messages of each subject. */
	subjects(filter: string): Record<string, number> {
		this.#expire();
		const found = [...this.#bySubject].filter(([subject]) => isMatch(filter, subject));
		return Object.fromEntries(found.map(([subject, { length }]) => [subject, length]));
	}

	/** @returns the number of deleted messages */
	purge({ filter = ">", seq, keep = 0 }: { filter?: string; seq?: number; keep?: number }): number {
		const all = this.messages.filter(({ subject }) => isMatch(filter, subject));
		const gone = seq === undefined ? all.slice(0, Math.max(0, all.length - keep)) : all.filter((one) => one.seq < seq);
		this.#delete(gone);
		if (seq !== undefined) this.lastSeq = Math.max(this.lastSeq, seq - 1);
		return gone.length;
	}

	#known(id: string): number | undefined {
		const since = this.#clock.now() - (this.config.duplicate_window ?? defaultDedupNs) / nsPerMs;
		for (const [one, { at }] of this.#ids) {
			if (at > since) break;
			this.#ids.delete(one);
		}
		return this.#ids.get(id)?.seq;
	}

	#expire(): void {
		const { max_age: maxAge = 0 } = this.config;
		if (maxAge === 0) return;
		const until = this.#clock.now() - maxAge / nsPerMs;
		if ((this.#messages[0]?.at ?? until + 1) <= until) this.#delete(this.#messages.filter(({ at }) => at <= until));
	}

	#delete(gone: readonly MemoryMessage[]): void {
		if (gone.length === 0) return;
		for (const message of gone) this.#bytes -= bytesOf(message);
		const [only] = gone;
		if (only && gone.length === 1) {
			this.#messages.splice(placeOf(this.#messages, only.seq), 1);
			const own = this.#bySubject.get(only.subject) ?? [];
			if (own.length > 1) own.splice(placeOf(own, only.seq), 1);
			else this.#bySubject.delete(only.subject);
			return;
		}
		const isGone = new Set(gone);
		this.#messages = this.#messages.filter((message) => !isGone.has(message));
		for (const subject of new Set(gone.map((message) => message.subject))) {
			const left = (this.#bySubject.get(subject) ?? []).filter((message) => !isGone.has(message));
			if (left.length > 0) this.#bySubject.set(subject, left);
			else this.#bySubject.delete(subject);
		}
	}
}

/** Returns the place of the first message at this sequence or behind it. */
function placeOf(messages: readonly MemoryMessage[], seq: number): number {
	let low = 0;
	let high = messages.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((messages[middle]?.seq ?? 0) < seq) low = middle + 1;
		else high = middle;
	}
	return low;
}

function bytesOf({ subject, header = "", data }: MemoryMessage): number {
	return subject.length + header.length + data.length;
}

function isAny(filters: readonly string[], subject: string): boolean {
	return filters.length === 0 || filters.some((filter) => isMatch(filter, subject));
}

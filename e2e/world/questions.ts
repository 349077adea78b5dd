import type { SeenEvent } from "./reader.ts";

type Ask = (method: string, path: string) => Promise<{ status: number; body: unknown }>;

/** Summary of a broadcast, as the API gives it. */
interface Broadcast {
	room_id: string;
	messages: Record<string, number>;
	likes: number;
	diamonds: number;
	users: number;
	first_seq: number;
	last_seq: number;
}

interface Page {
	events: SeenEvent[];
	next_after: number;
	caught_up: boolean;
}

interface Point {
	at: number;
	messages: Record<string, number>;
	likes: number;
	diamonds: number;
}

/** A room as its readers have it, and what the log still has. */
export interface RoomTruth {
	liveId: string;
	/** Everything that was ever stored, in order. */
	events: readonly SeenEvent[];
	/** Oldest number that is still stored. */
	oldestSeq: number;
}

const minuteMs = 60_000;
/** Number of events around which times, kinds and people are asked for. */
const probes = 6;

/**
 * Asks what the API counts and finds, and compares it with plain sums and filters over the events.
 * @returns the differences, as sentences
 */
export async function askQuestions(ask: Ask, truth: RoomTruth, random: () => number): Promise<string[]> {
	return new Questioning(ask, truth, random).run();
}

class Questioning {
	readonly #broken: string[] = [];
	readonly #ask: Ask;
	readonly #truth: RoomTruth;
	readonly #kept: readonly SeenEvent[];
	readonly #random: () => number;

	constructor(ask: Ask, truth: RoomTruth, random: () => number) {
		this.#ask = ask;
		this.#truth = truth;
		this.#kept = truth.events.filter(({ seq }) => seq >= truth.oldestSeq);
		this.#random = random;
	}

	async run(): Promise<string[]> {
		await this.#askBroadcasts();
		await this.#askSeries();
		for (let n = 0; n < probes && this.#kept.length > 0; n++) {
			const probe = this.#kept[Math.floor(this.#random() * this.#kept.length)] as SeenEvent;
			await this.#askTimes(probe);
			if (/^MS4wLjAB/.test(probe.person)) await this.#askPerson(probe.person);
		}
		return this.#broken;
	}

	/** A summary counts every event of its broadcast once, also those that were deleted since. */
	async #askBroadcasts(): Promise<void> {
		const { broadcasts } = await this.#get<{ broadcasts: Broadcast[] }>("broadcasts");
		for (const { room_id, messages, likes, diamonds, users, first_seq, last_seq } of broadcasts) {
			const own = this.#truth.events.filter((event) => event.room_id === room_id);
			const answered = { messages: sorted(messages), likes, diamonds, users, first_seq, last_seq };
			const people = new Set(own.map(({ person }) => person).filter((person) => person !== ""));
			const [first, last] = [own[0]?.seq ?? 0, own.at(-1)?.seq ?? 0];
			const expected = { ...sumsOf(own), users: people.size, first_seq: first, last_seq: last };
			this.#compare(`the summary of ${room_id}`, answered, expected);
		}
	}

	/** A minute of a broadcast is kept, whole, while at least one of its events is. */
	async #askSeries(): Promise<void> {
		const times = this.#kept.map(({ at }) => at);
		const [from, to] = [Math.min(...times), Math.max(...times) + 1];
		if (times.length === 0 || to - from > 3_000 * minuteMs) return;
		const { points } = await this.#get<{ points: Point[] }>(`series?from=${from}&to=${to}&step=1`);
		const keyOf = ({ at, room_id }: SeenEvent) => `${minuteOf(at)} ${room_id}`;
		const kept = new Set(this.#kept.map(keyOf));
		const events = this.#truth.events.filter((event) => kept.has(keyOf(event)));
		for (const { at, messages, likes, diamonds } of points) {
			const own = events.filter((event) => minuteOf(event.at) === at);
			if (own.length > 0)
				this.#compare(`the minute ${at}`, { messages: sorted(messages), likes, diamonds }, sumsOf(own));
		}
	}

	/** A page of a period, or of one kind, has exactly the events of it. */
	async #askTimes({ at, type }: SeenEvent): Promise<void> {
		const [from, to] = [at - 30_000, at + 30_000];
		const asked = [
			{ query: `from=${from}&to=${to}`, of: (event: SeenEvent) => event.at >= from && event.at < to },
			{ query: `types=${type}&from=${from}`, of: (event: SeenEvent) => event.type === type && event.at >= from },
		];
		for (const { query, of } of asked) {
			this.#compareSeqs(query, await this.#readAll(query), this.#kept.filter(of));
		}
	}

	/** A search finds everything that a person did, newest first. */
	async #askPerson(secUid: string): Promise<void> {
		const path = `/api/v1/search?user=${encodeURIComponent(secUid)}&rooms=${this.#truth.liveId}&limit=100`;
		const found: SeenEvent[] = [];
		for (let cursor: string | null = ""; cursor !== null; ) {
			const { status, body } = await this.#ask("GET", cursor === "" ? path : `${path}&cursor=${cursor}`);
			if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
			const page = body as { events: SeenEvent[]; cursor: string | null };
			found.push(...page.events);
			({ cursor } = page);
		}
		const own = this.#kept.filter(({ person }) => person === secUid).toReversed();
		this.#compareSeqs(`the search for ${secUid}`, found, own);
	}

	async #readAll(query: string): Promise<SeenEvent[]> {
		const events: SeenEvent[] = [];
		for (let [after, isDone] = [0, false]; !isDone; ) {
			const page = await this.#get<Page>(`events?limit=5000&after=${after}&${query}`);
			events.push(...page.events);
			[after, isDone] = [page.next_after, page.caught_up];
		}
		return events;
	}

	async #get<T>(path: string): Promise<T> {
		const { status, body } = await this.#ask("GET", `/api/v1/rooms/${this.#truth.liveId}/${path}`);
		if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
		return body as T;
	}

	#compareSeqs(what: string, answered: readonly SeenEvent[], expected: readonly SeenEvent[]): void {
		const [have, want] = [answered, expected].map((events) => events.map(({ seq }) => seq).join(" "));
		if (have === want) return;
		const lengths = `${answered.length} of ${expected.length} events`;
		this.#broken.push(`${this.#truth.liveId}: ${what}: ${lengths}, or in another order`);
	}

	#compare(what: string, answered: object, expected: object): void {
		const [have, want] = [JSON.stringify(answered), JSON.stringify(expected)];
		if (have !== want) this.#broken.push(`${this.#truth.liveId}: ${what} is ${have}, and the events sum up to ${want}`);
	}
}

function minuteOf(at: number): number {
	return Math.floor(at / minuteMs) * minuteMs;
}

/** Adds events up as a person would. */
function sumsOf(events: readonly SeenEvent[]): Pick<Broadcast, "messages" | "likes" | "diamonds"> {
	const messages: Record<string, number> = {};
	const sums = { likes: 0, diamonds: 0 };
	for (const { type, method, count = 0, diamonds = 0 } of events) {
		if (method === "livekeeper") continue;
		messages[type] = (messages[type] ?? 0) + 1;
		if (type === "like") sums.likes += count;
		if (type === "gift") sums.diamonds += diamonds;
	}
	return { messages: sorted(messages), ...sums };
}

function sorted(messages: Record<string, number>): Record<string, number> {
	return Object.fromEntries(Object.entries(messages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

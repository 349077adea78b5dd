import { SimulatorError } from "../errors.ts";
import { defaultTotalsView, type TotalsView } from "../traffic/gift-totals.ts";
import type { People, Person } from "../traffic/people.ts";
import { titles } from "../traffic/phrases.ts";
import { hash32, id19 } from "../traffic/random.ts";
import type { Draft } from "../traffic/scene.ts";
import type { MessageSource } from "../traffic/source.ts";
import { Broadcast, type BroadcastParts } from "./broadcast.ts";
import { Pacer } from "./pacer.ts";
import { SentLog } from "./sent-log.ts";

/**
 * Answers of `GET /{live_id}`. `auto` follows the broadcast (live or offline); the others stay until changed. They
 * don't affect the push socket.
 */
export const pageStates = [
	"auto",
	"offline",
	"no_room",
	"not_found",
	"captcha",
	"shell",
	/** The anchor shows the broadcast to selected viewers only. */
	"hidden",
	/** The anchor's account is gone. */
	"closed_account",
] as const;
export type PageState = (typeof pageStates)[number];

/** When a broadcast's messages begin. */
export type StartTraffic = "first_viewer" | "at_once" | "manual";

export interface RoomSettings {
	liveId: string;
	number: number;
	title?: string | undefined;
	rate: number;
	page: PageState;
	/** Number of times that the state inside the page is escaped. */
	escapeDepth: 1 | 2;
	totalsView?: Partial<TotalsView> | undefined;
	/** Whether it is a voice room. */
	voice?: boolean | undefined;
	/** Whether a broadcast is on from the beginning. */
	live: boolean;
}

export interface RoomContext {
	seed: number;
	people: People;
	now: () => number;
	historySize: number;
	startTraffic: StartTraffic;
	/** Called with each message. */
	said: BroadcastParts["said"];
	/** Creates the messages of one broadcast. */
	source(room: Room, broadcast: { number: number; roomId: string }): MessageSource;
}

/** Number of broadcasts kept: sockets of an ended one may still resume; earlier ones are dropped. */
const broadcastsKept = 3;

/** A room that clients can join, by its live id, over several broadcasts. */
export class Room {
	readonly liveId: string;
	readonly number: number;
	readonly anchor: Person;
	readonly log = new SentLog();
	title: string;
	page: PageState;
	escapeDepth: 1 | 2;
	/** Whether it is a voice room: the page and `web/enter` then say nothing of the broadcast. */
	voice: boolean;
	/** How it shows its totals. */
	totalsView: TotalsView;
	readonly #context: RoomContext;
	readonly #pacer: Pacer;
	readonly #broadcasts: Broadcast[] = [];
	#begun = 0;
	#lingersUntil = 0;

	constructor(settings: RoomSettings, context: RoomContext) {
		this.liveId = settings.liveId;
		this.number = settings.number;
		this.anchor = context.people.anchor(settings.number);
		this.title = settings.title ?? titles[hash32(context.seed, "title", settings.number) % titles.length] ?? titles[0];
		this.page = settings.page;
		this.escapeDepth = settings.escapeDepth;
		this.voice = settings.voice ?? false;
		this.totalsView = { ...defaultTotalsView, ...settings.totalsView };
		this.#context = context;
		this.#pacer = new Pacer(settings.rate);
		this.#open();
		if (!settings.live) this.#close(false);
	}

	/** The current broadcast, or the last one. */
	get current(): Broadcast {
		const current = this.#broadcasts.at(-1);
		if (!current) throw new Error("a room has a broadcast from its construction on");
		return current;
	}

	get live(): boolean {
		return this.current.endedAt === undefined;
	}

	/** Whether the page says that the broadcast is on: for a while it may say so of one that has ended. */
	get looksLive(): boolean {
		return this.live || this.#context.now() < this.#lingersUntil;
	}

	get rate(): number {
		return this.#pacer.rate;
	}

	/** @param rate messages per second */
	setRate(rate: number): void {
		this.#pacer.setRate(rate, this.#context.now());
	}

	/** Returns the broadcast with this room id, while it is remembered. */
	broadcast(roomId: string): Broadcast | undefined {
		return this.#broadcasts.find((broadcast) => broadcast.roomId === roomId);
	}

	/** Notes that a viewer of `broadcast` has connected. */
	viewerCame(broadcast: Broadcast): void {
		if (broadcast === this.current && this.#context.startTraffic === "first_viewer") this.startTraffic();
	}

	startTraffic(): void {
		if (this.live) this.#pacer.start(this.#context.now());
	}

	/** Produces messages that are due; returns whether there were any. */
	tick(now: number): boolean {
		const due = this.#pacer.due(now);
		if (due === 0 || this.current.exhausted) return false;
		this.current.produce(due, now);
		return true;
	}

	/** Produces `count` messages now. */
	produce(count: number): void {
		this.#mustBeLive("carry messages");
		this.current.produce(count, this.#context.now());
	}

	/** Adds one message of the caller's own now; returns its id. */
	insert(draft: Draft): string {
		this.#mustBeLive("carry messages");
		return this.current.insert(draft, this.#context.now());
	}

	/** @param pageLingersMs time for which the page still says that the broadcast is on, ms */
	end(pageLingersMs: number): void {
		this.#mustBeLive("end");
		this.#lingersUntil = this.#context.now() + pageLingersMs;
		this.#close(true);
	}

	begin(): void {
		if (this.live) throw new SimulatorError("wrong_state", `The broadcast of room ${this.liveId} is on already.`);
		this.#open();
	}

	#open(): void {
		const { seed, now, historySize, startTraffic, said } = this.#context;
		const number = this.#begun++;
		const roomId = id19(seed, "room", this.number, number);
		const source = this.#context.source(this, { number, roomId });
		const identity = { liveId: this.liveId, roomId, startedAt: now() };
		this.#broadcasts.push(new Broadcast(identity, { source, log: this.log, said, historySize }));
		if (this.#broadcasts.length > broadcastsKept) this.#broadcasts.shift();
		if (startTraffic === "at_once") this.startTraffic();
	}

	#close(announce: boolean): void {
		this.#pacer.stop();
		this.current.end(this.#context.now(), announce);
	}

	#mustBeLive(what: string): void {
		if (this.live) return;
		throw new SimulatorError("wrong_state", `The broadcast of room ${this.liveId} is over: it cannot ${what}.`);
	}
}

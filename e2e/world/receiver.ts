import { createHmac } from "node:crypto";
import type { Outgoings } from "../../packages/targets/src/index.ts";
import type { Delivered } from "./delivery-rules.ts";
import type { Noticed } from "./notices.ts";
import type { Scheduler } from "./scheduler.ts";

type Transport = ReturnType<Outgoings["to"]>;
type Message = Extract<Parameters<Transport["send"]>[0], { via: "http" }>;
type Result = Awaited<ReturnType<Transport["send"]>>;

interface Body {
	live_id: string;
	delivery_id: string;
	events?: { live_id: string; seq: number }[];
	/** Events that were lost before the first of these, or of the next delivery. */
	truncated?: { to: number };
}

/** Behaviour of a receiver; `busy` asks for a wait, `flaky` fails every other time. */
export type Manner = "late" | "wrong" | "never" | "busy" | "flaky" | "fine";

const secret = "made-up-secret-of-a-target";
/** Maximum difference between the time that is signed and the sender's clock, ms. */
const signedWithinMs = 2_000;
/** Longest wait that it asks for, ms. */
const maxBusyMs = 600_000;
/** Time after which a sender gives up on an answer, ms. */
const timeoutMs = 10_000;

/** Result of a request that its sender gave up. */
const stopped = { ok: false, code: "network", message: "made up", gone: false } as const;

/** A process of the service that sends to it. */
interface Sender {
	number: number;
	/** Its wall clock, ms since the epoch, and how often that has been set. */
	now: () => number;
	eras: () => number;
	/** How often rooms have moved between processes. */
	moves: () => number;
}

/** A target's receiver, which answers late, wrongly or never, as it is set. */
export class Receiver {
	/** Target that sends everything of three rooms to it. */
	readonly target = {
		settings: { url: "http://192.0.2.1/hook", secret },
		live_ids: ["1001", "1002", "1003"],
		after: "oldest",
	};
	/** Target that sends notices of the service's own state to it; these are always accepted. */
	readonly noticeTarget = {
		settings: { url: "http://192.0.2.1/notices", secret },
		live_ids: ["1001"],
		states: ["node_lost", "storage"],
		pace: { hold_seconds: 0 },
	};
	readonly notices: Noticed[] = [];
	/** Newest number accepted, by room. */
	readonly accepted = new Map<string, number>();
	/** All requests, in the order of their beginning. */
	readonly requests: Delivered[] = [];
	readonly complaints: string[] = [];
	how: Manner = "fine";
	#senders = 0;
	/** Last number reported as lost, by room. */
	readonly #lostTo = new Map<string, number>();
	readonly #scheduler: Scheduler;
	readonly #random: () => number;

	constructor(scheduler: Scheduler, random: () => number) {
		this.#scheduler = scheduler;
		this.#random = random;
	}

	/** Returns the way of a new process to it. */
	outgoings(sender: Omit<Sender, "number">): Outgoings {
		const own = { ...sender, number: ++this.#senders };
		const transport: Transport = { send: (message, { signal }) => this.#send(own, message as Message, signal) };
		// It keeps no connections.
		return { to: () => transport, close: () => undefined };
	}

	#send(sender: Sender, message: Message, signal: AbortSignal): Promise<Result> {
		const { how } = this;
		// A sender that was stopped before it began asks nothing.
		if (signal.aborted) return Promise.resolve(stopped);
		const body = message.body.toString("utf8");
		if (message.url === this.noticeTarget.settings.url) return this.#hear(body);
		const request = this.#note(sender, JSON.parse(body) as Body);
		this.#checkSignature(sender, message);
		return new Promise((resolve) => {
			const end = (result: Result) => {
				request.endedAt = this.#scheduler.elapsed;
				request.ok = result.ok;
				request.retryAfterMs = result.ok ? 0 : (result.retryAfterMs ?? 0);
				resolve(result);
			};
			signal.addEventListener(
				"abort",
				() => {
					request.abortedAt = this.#scheduler.elapsed;
					resolve(stopped);
				},
				{ once: true },
			);
			this.#scheduler.after(
				this.#answersAfterMs(how),
				() => {
					if (signal.aborted) return;
					if (how === "never") return end({ ...stopped, code: "timeout" });
					// Whatever it answers, it has read the message: at least once is what a target promises.
					this.#read(body);
					end(this.#answer(how));
				},
				"receiver",
			);
		});
	}

	#hear(body: string): Promise<Result> {
		const { notices = [] } = JSON.parse(body) as { notices?: Noticed[] };
		for (const { state, subject, condition } of notices)
			this.notices.push({ state, subject, condition, at: this.#scheduler.elapsed });
		return Promise.resolve({ ok: true, status: 200 });
	}

	#answersAfterMs(how: Manner): number {
		if (how === "never") return timeoutMs;
		return how === "late" ? 3_000 + this.#random() * 6_000 : 5 + this.#random() * 60;
	}

	#answer(how: Manner): Result {
		const failed = { ok: false, code: "http_status", message: "made up", gone: false } as const;
		if (how === "busy")
			return { ...failed, status: 429, retryAfterMs: 1_000 * Math.ceil(this.#random() * (maxBusyMs / 1_000)) };
		if (how === "wrong" || (how === "flaky" && this.#random() < 0.5)) return { ...failed, status: 500 };
		return { ok: true, status: 200 };
	}

	#note({ number, eras, moves }: Sender, { live_id: liveId, delivery_id: deliveryId }: Body): Delivered {
		const when = { process: number, era: eras(), moves: moves(), at: this.#scheduler.elapsed, endedAt: undefined };
		const request: Delivered = { ...when, liveId, deliveryId, ok: false, retryAfterMs: 0 };
		this.requests.push(request);
		return request;
	}

	/** The signature is that of these bytes and of the time beside it, which is the time of this attempt. */
	#checkSignature({ now }: Sender, { headers, body }: Message): void {
		const { "x-livekeeper-timestamp": at = "", "x-livekeeper-signature": given } = headers;
		const right = createHmac("sha256", secret).update(`${at}.`).update(body).digest("hex");
		if (given !== `v1=${right}`) this.complaints.push(`the target: the signature of ${at} is ${given}, not ${right}`);
		if (Math.abs(now() - 1_000 * Number(at)) > signedWithinMs)
			this.complaints.push(`the target: ${at} was signed at ${now()}`);
	}

	#read(body: string): void {
		const { live_id: liveId, events = [], truncated } = JSON.parse(body) as Body;
		if (truncated) this.#lostTo.set(liveId, truncated.to);
		for (const { live_id, seq } of events) {
			const before = this.accepted.get(live_id) ?? 0;
			if (seq > before + 1 && seq !== (this.#lostTo.get(live_id) ?? 0) + 1)
				this.complaints.push(`the target: room ${live_id}: seq ${seq} came after ${before}`);
			this.accepted.set(live_id, Math.max(before, seq));
		}
	}
}

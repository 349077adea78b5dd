import type { Outgoings } from "../../packages/targets/src/index.ts";
import type { Scheduler } from "./scheduler.ts";

type Transport = ReturnType<Outgoings["to"]>;
type Result = Awaited<ReturnType<Transport["send"]>>;

interface Body {
	live_id: string;
	events?: { live_id: string; seq: number }[];
	/** Events that were lost before the first of these, or of the next delivery. */
	truncated?: { to: number };
}

/** A target's receiver, which answers late, wrongly or never, as it is set. */
export class Receiver implements Outgoings {
	/** Target that sends everything of three rooms to it. */
	readonly target = { settings: { url: "http://192.0.2.1/hook" }, live_ids: ["1001", "1002", "1003"], after: "oldest" };
	/** Newest number accepted, by room. */
	readonly accepted = new Map<string, number>();
	readonly complaints: string[] = [];
	how: "late" | "wrong" | "never" | "fine" = "fine";
	/** Last number reported as lost, by room. */
	readonly #lostTo = new Map<string, number>();
	readonly #scheduler: Scheduler;
	readonly #random: () => number;

	constructor(scheduler: Scheduler, random: () => number) {
		this.#scheduler = scheduler;
		this.#random = random;
	}

	to(): Transport {
		return { send: (message, { signal }) => this.#send(message, signal) };
	}

	close(): void {
		// It keeps no connections.
	}

	#send(message: Parameters<Transport["send"]>[0], signal: AbortSignal): Promise<Result> {
		const { how } = this;
		return new Promise((resolve) => {
			const fail = (code: "timeout" | "network") => resolve({ ok: false, code, message: "made up", gone: false });
			signal.addEventListener("abort", () => fail("network"), { once: true });
			if (how === "never") return void this.#scheduler.after(10_000, () => fail("timeout"), "receiver");
			const delayMs = how === "late" ? 3_000 + this.#random() * 6_000 : 5 + this.#random() * 60;
			this.#scheduler.after(
				delayMs,
				() => {
					// Whatever it answers, it has read the message: at least once is what a target promises.
					if (message.via === "http") this.#read(message.body.toString("utf8"));
					if (how === "wrong")
						resolve({ ok: false, code: "http_status", status: 500, message: "made up", gone: false });
					else resolve({ ok: true, status: 200 });
				},
				"receiver",
			);
		});
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

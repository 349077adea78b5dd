import type { Clock } from "@livekeeper/douyin";
import type { Link } from "./network.ts";

/** One attempt to open the push socket of a broadcast, as seen on the wire. */
export interface Attempt {
	at: number;
	roomId: string;
	/** `open`, or the kind of refusal; `undefined` until there is an answer. */
	outcome: "open" | "blocked" | `status ${string}` | undefined;
	answeredAt: number | undefined;
	/** Time when the first frame with content arrived, which proves the connection. */
	provenAt: number | undefined;
	/** Time when anything but a ping last arrived. */
	heardAt: number | undefined;
	link: Link;
}

/** Pings and bare acknowledgements are smaller than this; frames with messages are not. */
const minFrame = 64;
const endOfHead = "\r\n\r\n";

/** Calls about one room, and the query parameter that identifies it. */
export const calls = [
	{ what: "push", path: "/webcast/im/push/", by: "room_id" },
	{ what: "fetch", path: "/webcast/im/fetch/", by: "room_id" },
	{ what: "enter", path: "/webcast/room/web/enter/", by: "web_rid" },
	{ what: "reflow", path: "/webcast/room/reflow/info/", by: "sec_user_id" },
	{ what: "scene", path: "/webcast/room/info_by_scene/", by: "room_id" },
] as const;

/** A request of any kind about one room. */
export interface Asked {
	at: number;
	what: "page" | (typeof calls)[number]["what"];
	/** Live id for a page or `enter`, the anchor's `sec_uid` for `reflow`, the room id for the others. */
	of: string;
}

/** Records the service's requests to the upstream: the truth about attempts, independent of any reported status. */
export class AttemptBook {
	readonly attempts: Attempt[] = [];
	readonly asked: Asked[] = [];
	/** Time of the last answer to a message fetch, by room id; a polled room has no other traffic. */
	readonly fetchedAt = new Map<string, number>();
	readonly #clock: Clock;
	readonly #standing = new Map<string, Set<Attempt>>();
	/** Login of each handshake; empty for none. */
	readonly #identities = new WeakMap<Link, string>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	listen(link: Link): void {
		let attempt: Attempt | undefined;
		let asked: Asked | undefined;
		link.onSaid = (chunk) => {
			// Only a request starts like this; after a handshake there are only masked frames.
			if (attempt || !startsWithGet(chunk)) return;
			asked = this.#ask(chunk.toString("latin1", 4, 8192));
			if (asked?.what !== "push") return;
			link.topic = asked.of;
			this.#identities.set(link, /\bsessionid=([^;\s]*)/.exec(chunk.toString("latin1"))?.[1] ?? "");
			attempt = {
				at: asked.at,
				roomId: asked.of,
				outcome: undefined,
				answeredAt: undefined,
				provenAt: undefined,
				heardAt: undefined,
				link,
			};
			this.#note(attempt);
		};
		link.onHeard = (chunk) => {
			if (attempt) this.#hear(attempt, chunk);
			else if (asked?.what === "fetch") this.fetchedAt.set(asked.of, this.#clock.now());
		};
	}

	/** Returns the attempts of a broadcast whose sockets the service holds open. */
	standing(roomId: string): Attempt[] {
		return [...(this.#standing.get(roomId) ?? [])].filter(({ link }) => link.open);
	}

	identityOf(link: Link): string {
		return this.#identities.get(link) ?? "";
	}

	#note(attempt: Attempt): void {
		this.attempts.push(attempt);
		const others = this.#standing.get(attempt.roomId) ?? new Set();
		this.#standing.set(attempt.roomId, others.add(attempt));
		attempt.link.client.once("close", () => others.delete(attempt));
	}

	#hear(attempt: Attempt, chunk: Buffer): void {
		if (!attempt.link.open) return;
		const now = this.#clock.now();
		let length = chunk.length;
		if (attempt.outcome === undefined) {
			attempt.answeredAt = now;
			attempt.outcome = outcomeOf(chunk.toString("latin1", 0, 1024));
			// The first frames may arrive together with the answer.
			length -= chunk.indexOf(endOfHead) + endOfHead.length;
		}
		if (attempt.outcome !== "open" || length < minFrame) return;
		attempt.provenAt ??= now;
		attempt.heardAt = now;
	}

	#ask(head: string): Asked | undefined {
		const [path = "", query = ""] = head.slice(0, head.indexOf(" ")).split("?");
		const at = this.#clock.now();
		const call = calls.find((one) => path.startsWith(one.path));
		let asked: Asked | undefined;
		if (call) asked = { at, what: call.what, of: new URLSearchParams(query).get(call.by) ?? "" };
		else if (/^\/\d+$/.test(path)) asked = { at, what: "page", of: path.slice(1) };
		if (asked) this.asked.push(asked);
		return asked;
	}
}

function startsWithGet(chunk: Buffer): boolean {
	return chunk.length > 16 && chunk.toString("latin1", 0, 5) === "GET /";
}

function outcomeOf(answer: string): Attempt["outcome"] {
	const status = /^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? "?";
	if (status === "101") return "open";
	return /handshake-msg: DEVICE_BLOCKED/i.test(answer) || status === "403" ? "blocked" : `status ${status}`;
}

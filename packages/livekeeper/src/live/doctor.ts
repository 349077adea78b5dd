import { LivekeeperError } from "@livekeeper/base/errors";
import { codeNames, type Text } from "@livekeeper/base/text";
import type { Clock, FailureReason, ProbeStep } from "@livekeeper/douyin";
import type { IdentityResolver, RoomIdentity } from "@livekeeper/engine";
import { failureHelp, failureText, isFailure } from "@livekeeper/engine/text";
import { commandTexts, doctorTexts, probeText } from "../text/index.ts";
import type { IdentityService, IdentityView } from "./identities/identity-service.ts";
import type { LiveService } from "./live-service.ts";
import type { LiveRoomStatus } from "./room-host.ts";
import { Visits } from "./visits.ts";

export interface DoctorOptions {
	live: Pick<LiveService, "getStatus" | "findRoom">;
	identities: Pick<IdentityService, "get">;
	identityOf: IdentityResolver;
	/** Upstream of the service itself, and whether it uses a cookie and a proxy. */
	upstream: { url: string; cookie: boolean; proxy: boolean };
	/** Returns current storage problems. Default: storage is not examined. */
	storage?: (() => Text[]) | undefined;
	/** Probes the way to a room with an identity, step by step. */
	probe: (identity: RoomIdentity, liveId: string, signal: AbortSignal) => AsyncIterable<ProbeStep>;
	/** Whether the rooms' events are stored in NATS. */
	inCluster: boolean;
	clock: Clock;
}

/** Subject of an examination. Without a room, one of the identity's rooms is used, or else one of the service's. */
export interface DoctorQuestion {
	liveId?: string | undefined;
	/** Identity to use instead of the room's own. */
	identity?: string | undefined;
}

/** Maximum number of examinations per minute: each one is a visit to the upstream, as a person would make it. */
const maxInMinute = 6;

/** Finds problems between the service and a room: one examination at a time, and few of them. */
export class Doctor {
	readonly #options: DoctorOptions;
	#busy = false;
	readonly #visits: Visits;

	constructor(options: DoctorOptions) {
		this.#options = options;
		this.#visits = new Visits(options.clock, maxInMinute);
	}

	/**
	 * Checks the service's own state, then probes the way to the room's messages next to the rooms that are kept.
	 * @throws LivekeeperError before the first step: `identity_not_found`; `too_many_requests` while another examination
	 * is under way, or after too many
	 */
	async *examine(question: DoctorQuestion, signal: AbortSignal): Examination {
		const identity =
			question.identity === undefined ? undefined : await this.#options.identities.get(question.identity);
		this.#admit();
		this.#busy = true;
		try {
			return yield* this.#steps(question, identity, signal);
		} finally {
			this.#busy = false;
		}
	}

	async *#steps(question: DoctorQuestion, view: IdentityView | undefined, signal: AbortSignal): Examination {
		const { live, identityOf, upstream, probe, storage, inCluster, clock } = this.#options;
		const { rooms } = live.getStatus();
		yield serviceStep(rooms);
		for (const detail of storage?.() ?? []) yield { name: "storage", ok: false, detail };
		if (inCluster) yield natsStep();
		yield upstreamStep(upstream);
		if (view) yield identityStep(view);
		const liveId = question.liveId ?? view?.rooms[0] ?? rooms[0]?.liveId;
		if (liveId === undefined) return { liveId: undefined, ok: undefined };
		// If the room can't be read, the storage step reports it.
		const room = await live.findRoom(liveId).catch(() => undefined);
		yield roomStep(liveId, room?.status);
		const identity = identityOf(view ? { identity: view.name } : (room?.options ?? {}));
		if (identity.missing !== undefined) {
			yield { name: "identity", ok: false, detail: identity.missing, hint: doctorTexts.giveIdentity };
			return { liveId, ok: false } satisfies DoctorVerdict;
		}
		return yield* wayTo(liveId, probe(identity, liveId, signal), () => clock.now());
	}

	#admit(): void {
		if (this.#busy) {
			const more = { hint: doctorTexts.waitForIt, retryAfterS: 10 };
			throw new LivekeeperError("too_many_requests", doctorTexts.underWay, more);
		}
		const retryAfterS = this.#visits.admit();
		if (retryAfterS !== undefined) {
			const more = { hint: doctorTexts.waitFor(retryAfterS), retryAfterS };
			throw new LivekeeperError("too_many_requests", doctorTexts.tooMany(maxInMinute), more);
		}
	}
}

function serviceStep(rooms: readonly LiveRoomStatus[]): DoctorStep {
	const connected = rooms.filter(({ state }) => state === "connected").length;
	return { name: "service", ok: true, detail: doctorTexts.rooms(rooms.length, connected) };
}

/** Returns the step about an identity, without its cookie. */
function identityStep({ name, status, expiresAt, warning, rooms }: IdentityView): DoctorStep {
	const ends = expiresAt === undefined ? "" : new Date(expiresAt).toISOString();
	const ok = status === "logged_in" || status === "anonymous";
	const detail = commandTexts.identityIs(name, codeNames.login[status], status !== "logged_in", ends, rooms.length);
	return { name: "identity", ok, detail, hint: warning };
}

/** Returns the step about the service's current state of the room. */
function roomStep(liveId: string, room: LiveRoomStatus | undefined): DoctorStep {
	if (!room) return { name: "room", ok: undefined, detail: doctorTexts.notKept(liveId) };
	const { state, health, reason, evidence } = room;
	const failing = ["blocked", "not_found", "reconnecting"].includes(state) || health === "silent";
	const why: Text | undefined =
		state === "connected" ? (evidence[0] ?? (health && codeNames.health[health])) : reason.message;
	const detail = doctorTexts.roomIs(liveId, codeNames.state[state], why);
	const help = isFailure(reason.code) ? failureHelp[reason.code] : undefined;
	return { name: "room", ok: !failing, detail, hint: failing ? (reason.decision ?? help) : undefined };
}

/** Result of one check or probe. */
export interface DoctorStep {
	name: "service" | "storage" | "nats" | "upstream" | "identity" | "room" | ProbeStep["name"];
	/** `undefined` means neither good nor bad. */
	ok: boolean | undefined;
	/** Finding, for people. */
	detail: Text;
	/** Suggested action. */
	hint?: Text | undefined;
	/** Class of the failure; only for probes. */
	code?: FailureReason | undefined;
	/** Duration in ms; only for probes. */
	tookMs?: number;
}

/** Conclusion of an examination. */
export interface DoctorVerdict {
	/** The probed room; `undefined` if there was none to probe. */
	liveId: string | undefined;
	/** Whether it can be kept; `undefined` if none was probed. */
	ok: boolean | undefined;
}

/** An examination: yields its steps as they finish and returns the verdict. */
export type Examination = AsyncGenerator<DoctorStep, DoctorVerdict>;

/** Returns the step about the upstream's address and the identity used for it. */
export function upstreamStep(upstream: { url: string; cookie: boolean; proxy: boolean }): DoctorStep {
	const { url, cookie, proxy } = upstream;
	const detail = doctorTexts.upstream(url, commandTexts.cookieAndProxy(cookie, proxy));
	return { name: "upstream", ok: true, detail };
}

/** Returns the step about NATS settings that clients can't read but on which a cluster's messages depend. */
export function natsStep(): DoctorStep {
	return { name: "nats", ok: undefined, detail: doctorTexts.syncUnknown, hint: doctorTexts.howToSeeSync };
}

/**
 * Probes the way to a room's messages, step by step.
 * @param now for texts about times, ms since the epoch
 */
export async function* wayTo(liveId: string, probe: AsyncIterable<ProbeStep>, now: () => number): Examination {
	let ok = true;
	for await (const step of probe) {
		const { name, ok: good, tookMs } = step;
		// An expired login does not prevent access to what visitors see.
		if (name !== "login") ok &&= good;
		const code = step.failure?.reason;
		yield { name, ok: good, code, tookMs, ...probeText(step, step.failure && failureText(step.failure), now()) };
	}
	return { liveId, ok };
}

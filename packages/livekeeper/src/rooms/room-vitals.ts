import type { DecodeProblem, Timer } from "@livekeeper/douyin";
import {
	ConnectionHealth,
	type Doubt,
	Listening,
	longestLookMs,
	QualityMeter,
	type RoomHealth,
} from "../health/index.ts";
import type { RoomRunner } from "./room-runner.ts";
import { isConnected, isPolled, lostPhases, wantedPhases } from "./room-state.ts";
import type { ReasonCode, RoomPhase, StorageTrouble } from "./room-status.ts";
import { isDoubtful, speaksAgainst } from "./step-broadcast.ts";

/** How a room is doing: what its silence, its answers and its record tell. Verdicts become inputs of the room. */
export class RoomVitals {
	readonly connection: ConnectionHealth;
	readonly quality: QualityMeter;
	health: RoomHealth = "fine";
	/** Types of events that alone have fallen silent. */
	quietKinds: string[] = [];
	/** Why what the room says can't be stored. */
	trouble: StorageTrouble | undefined;
	connectedAt: number | undefined;
	readonly #room: RoomRunner;
	readonly #listening = new Listening();
	/** Connections that were lost. */
	#lost = 0;
	/** What its silence is being looked into for, and what gives that up. */
	#lookedInto: { doubt: Doubt; ending: AbortController } | undefined;
	/** When the page of a quiet room was last looked at. */
	#lookedAt = Number.NEGATIVE_INFINITY;
	/** Fires when the connection would be broken before the next check. */
	#timer: Timer | undefined;

	constructor(room: RoomRunner) {
		this.#room = room;
		this.connection = new ConnectionHealth(room.settings, () => isPolled(room.state), room.deps.pings);
		this.quality = new QualityMeter(longestLookMs(room.settings));
	}

	/** Whether a broadcast is on in which something was said lately, or that nobody has listened to yet. */
	get lively(): boolean {
		const { state, settings } = this.#room;
		if (state.running === undefined) return false;
		const silentMs = this.#listening.silentMs(state.running, this.#room.elapsed(), this.connection.lastMessageAt);
		return silentMs < settings.idleMs;
	}

	/** The room has gone over to another phase. */
	entered(from: RoomPhase, to: RoomPhase, code: ReasonCode): void {
		const now = this.#room.elapsed();
		if (to === "connected" && from !== to) {
			this.connectedAt = this.#room.deps.clock.now();
			this.connection.connected(now);
			this.#listening.began(this.#room.state.roomId, now);
		} else if (from === "connected") this.#listening.ended(now, this.connection.lastMessageAt);
		if (from === "connected" && lostPhases.includes(to) && code !== "new") this.#lost++;
		this.measure(from);
		if (to === "connected") this.health = "fine";
		if (to === "stopped") this.stop();
	}

	/** To be called every few seconds in every phase. */
	look(): void {
		this.connection.look(this.#room.elapsed());
		this.measure();
	}

	measure(phase: RoomPhase = this.#room.state.phase): void {
		const { counts } = this.#room.stream;
		const { totalMs, answers } = this.connection.roundTrips.latency;
		const connected = phase === "connected" && !this.trouble;
		const mute = this.health === "silent" || this.connection.knownOnlyMs(this.#room.elapsed()) !== undefined;
		const states = { wanted: wantedPhases.includes(phase), connected, silent: connected && mute };
		this.quality.look(this.#room.deps.clock.now(), states, {
			reconnects: this.#lost,
			gapMs: counts.gapMs,
			latencyMs: totalMs,
			latencies: answers,
			messages: counts.messages,
			decodeErrors: counts.decodeErrors,
		});
	}

	/** What the room says can't be stored from now on, or (`undefined`) can. A connection that nobody can read from is worth nothing. */
	storing(trouble: StorageTrouble | undefined): void {
		if (trouble === this.trouble) return;
		this.measure();
		this.trouble = trouble;
		this.#room.tell();
	}

	/** Judges the health of a connected room, and tells when it has changed. */
	assess(): void {
		const now = this.#room.elapsed();
		const health = this.connection.assess(now);
		const changed = health !== this.health;
		if (changed) this.measure();
		this.health = health;
		if (this.#noteKinds(now) || changed) this.#room.tell();
	}

	/** Kinds of events that alone fall silent are said; they are no reason to end the connection. */
	#noteKinds(now: number): boolean {
		const quiet = this.connection.quietKinds(now, this.#room.route.identity);
		if (!quiet) return false;
		const before = this.quietKinds;
		this.quietKinds = quiet.map(({ kind }) => kind);
		for (const { kind, evidence } of quiet) {
			if (!before.includes(kind)) this.#room.log.kindSilent(kind, evidence);
		}
		return before.join() !== this.quietKinds.join();
	}

	/** Messages came that would not decode. One line for a time of trouble; the counters tell how much of it there is. */
	undecodable(problems: readonly DecodeProblem[]): void {
		if (this.connection.problem(this.#room.elapsed())) {
			const [first] = problems;
			const { method, id: message_id, message: detail } = first ?? {};
			this.#room.log.undecodable({ problems: problems.length, method, message_id, detail });
		}
		this.assess();
	}

	/**
	 * To be called every few seconds while the room is connected, after its health was assessed: looks into its silence.
	 * Broken: the page is looked at, and the sessions end whatever it says. Long, but not unlike the room: the page is
	 * looked at now and then, and the sessions end only where it has something else to say.
	 */
	checkSilence(): void {
		const { state, settings } = this.#room;
		const now = this.#room.elapsed();
		this.#watchUntilNextCheck(now);
		if (!isConnected(state)) return;
		// It is connected only to see whether its broadcast has ended: what there still was to say would have come at once.
		if (isDoubtful(state, state.target?.roomId ?? "") && this.connection.quietFor(now) >= settings.quietMs) {
			this.#room.take({ type: "over" });
			return;
		}
		const doubt = this.connection.doubt(now);
		if (doubt === "none") this.#lookedInto?.ending.abort();
		if (doubt === "none" || (doubt === "bound" && now - this.#lookedAt < settings.quietLookMs)) return;
		this.#warn(now);
		if (this.#lookedInto?.doubt === doubt || this.#lookedInto?.doubt === "broken") return;
		// The doubt has grown: it does not wait for the answer to the lesser one.
		this.#lookedInto?.ending.abort();
		if (doubt === "bound") this.#lookedAt = now;
		const ending = new AbortController();
		const one = { doubt, ending };
		this.#lookedInto = one;
		this.#verify(doubt, AbortSignal.any([ending.signal, this.#room.whileConnected]))
			.catch((error: unknown) => this.#room.log.silenceCheckFailed(error))
			.finally(() => {
				if (this.#lookedInto === one) this.#lookedInto = undefined;
			});
	}

	stop(): void {
		this.#timer?.cancel();
		this.#timer = undefined;
	}

	/** A busy room is broken between two checks: whatever came until this one, it is looked at when it would be. */
	#watchUntilNextCheck(now: number): void {
		this.stop();
		const { deps, settings, state } = this.#room;
		const inMs = this.connection.brokenInMs(now);
		if (!inMs || inMs >= settings.healthCheckMs || state.phase === "stopped") return;
		this.#timer = deps.clock.after(inMs, () => {
			if (this.#room.state.phase !== "connected") return;
			this.assess();
			if (this.health === "silent") this.checkSilence();
		});
	}

	#warn(now: number): void {
		if (!this.connection.warnOnce()) return;
		const evidence = this.connection.evidence(now, this.#room.route.identity);
		this.#room.log.silent(Math.round(this.connection.limitMs / 1000), evidence);
	}

	/** Looks a silent room up, and ends its connection, unless a message comes meanwhile. */
	async #verify(doubt: Exclude<Doubt, "none">, over: AbortSignal): Promise<void> {
		const room = this.#room;
		const before = this.connection.lastMessageAt;
		const { silenceLookupLimitMs, quietLookMs } = room.settings;
		const [urgency, limitMs] =
			doubt === "bound" ? (["waiting", quietLookMs] as const) : (["losing", silenceLookupLimitMs] as const);
		const answer = await room.lookUp(urgency, limitMs, over);
		if (over.aborted || this.connection.lastMessageAt !== before) return;
		if (doubt === "bound" && !(answer && speaksAgainst(room.state, answer))) return;
		if (answer) room.take({ type: "contradicted", answer });
		if (over.aborted) return;
		const silence = this.connection.silenceFound(room.elapsed());
		// Where the page has just been looked at, it need not be again.
		room.failAll(["found", silence], answer && room.state.target);
	}
}

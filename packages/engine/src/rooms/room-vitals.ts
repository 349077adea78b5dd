import { type DecodeProblem, DouyinError, type Timer } from "@livekeeper/douyin";
import { ConnectionHealth, type Doubt, Listening, maxLookMs, QualityMeter, type RoomHealth } from "../health/index.ts";
import { RoomFailure } from "./room-failure.ts";
import type { RoomRunner } from "./room-runner.ts";
import { duePhases, isConnected, isPolled, lostPhases, roomIdOf } from "./room-state.ts";
import type { ReasonCode, RoomPhase, StorageTrouble } from "./room-status.ts";
import { speaksAgainst } from "./step-broadcast.ts";

/** Judges a room's health from its silence, its answers and its record. Verdicts become inputs of the room. */
export class RoomVitals {
	readonly connection: ConnectionHealth;
	readonly quality: QualityMeter;
	health: RoomHealth = "fine";
	/** Event types that have fallen silent while others continue. */
	quietKinds: string[] = [];
	/** Reason why the room's events can't be stored. */
	trouble: StorageTrouble | undefined;
	connectedAt: number | undefined;
	readonly #room: RoomRunner;
	readonly #listening = new Listening();
	/** Number of lost connections. */
	#lost = 0;
	/** Current investigation of a silence, and the way to cancel it. */
	#lookedInto: { doubt: Doubt; ending: AbortController } | undefined;
	/** Time at which the page of a quiet room was last checked. */
	#lookedAt = Number.NEGATIVE_INFINITY;
	/** Fires if the connection would break before the next check. */
	#timer: Timer | undefined;

	constructor(room: RoomRunner) {
		this.#room = room;
		this.connection = new ConnectionHealth(room.settings, () => isPolled(room.state), room.deps.pings);
		this.quality = new QualityMeter(maxLookMs(room.settings));
	}

	/** Whether a broadcast is running that had a message recently or was never connected. */
	get active(): boolean {
		const { state, settings } = this.#room;
		const { broadcast } = state;
		if (broadcast?.state !== "running") return false;
		const silentMs = this.#listening.silentMs(broadcast.roomId, this.#room.elapsed(), this.connection.lastMessageAt);
		return silentMs < settings.idleMs;
	}

	/** Notes that the room has entered another phase. */
	entered(from: RoomPhase, to: RoomPhase, code: ReasonCode): void {
		const now = this.#room.elapsed();
		if (to === "connected" && from !== to) {
			this.connectedAt = this.#room.deps.clock.now();
			this.connection.connected(now);
			this.#listening.began(roomIdOf(this.#room.state), now);
		} else if (from === "connected") this.#listening.ended(now, this.connection.lastMessageAt);
		if (from === "connected" && lostPhases.includes(to) && code !== "new") this.#lost++;
		this.measure(from);
		if (to === "connected") this.health = "fine";
		if (to === "stopped") this.stop();
	}

	/** Call it every few seconds in every phase. */
	look(): void {
		this.connection.look(this.#room.elapsed());
		this.measure();
	}

	measure(phase: RoomPhase = this.#room.state.phase): void {
		const { counts } = this.#room.stream;
		const { totalMs, answers } = this.connection.roundTrips.latency;
		const connected = phase === "connected" && !this.trouble;
		const mute = this.health === "silent" || this.connection.knownOnlyMs(this.#room.elapsed()) !== undefined;
		const states = { due: duePhases.includes(phase), connected, silent: connected && mute };
		this.quality.look(this.#room.deps.clock.now(), states, {
			reconnects: this.#lost,
			gapMs: counts.gapMs,
			latencyMs: totalMs,
			latencies: answers,
			messages: counts.messages,
			decodeErrors: counts.decodeErrors,
		});
	}

	/**
	 * Notes that the room's events can't be stored, or (`undefined`) can again. While they can't, a connection is
	 * worthless because its events reach no reader.
	 */
	storing(trouble: StorageTrouble | undefined): void {
		if (trouble === this.trouble) return;
		this.measure();
		this.trouble = trouble;
		this.#room.notify();
	}

	/** Judges the health of a connected room and reports a change. */
	assess(): void {
		const now = this.#room.elapsed();
		const health = this.connection.assess(now);
		const changed = health !== this.health;
		if (changed) this.measure();
		this.health = health;
		if (this.#noteKinds(now) || changed) this.#room.notify();
	}

	/** Reports event types that have fallen silent alone. They are no reason to end the connection. */
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

	/** Counts undecodable messages. Logs one line per period of trouble; the counters show the amount. */
	undecodable(problems: readonly DecodeProblem[]): void {
		if (this.connection.problem(this.#room.elapsed())) {
			const [first] = problems;
			const { method, id: message_id, message: detail } = first ?? {};
			this.#room.log.undecodable({ problems: problems.length, method, message_id, detail });
		}
		this.assess();
	}

	/**
	 * Call it every few seconds while the room is connected, after its health was assessed. Investigates its silence. If
	 * the silence is too long for the room, the page is looked up and the sessions end whatever it says. If it is long
	 * but plausible, the page is checked now and then, and the sessions end only if it contradicts them.
	 */
	checkSilence(): void {
		const { state, settings } = this.#room;
		const now = this.#room.elapsed();
		this.#watchUntilNextCheck(now);
		if (!isConnected(state)) return;
		// The room is connected only to see whether its broadcast has ended: any remaining messages would have come at
		// once.
		if (state.broadcast?.state === "doubted" && this.connection.quietFor(now) >= settings.quietMs) {
			this.#room.failAll(() => new DouyinError("broadcast_ended", "The broadcast stays silent after its end."));
			return;
		}
		const doubt = this.connection.doubt(now);
		if (doubt === "none") this.#lookedInto?.ending.abort();
		if (doubt === "none" || (doubt === "bound" && now - this.#lookedAt < settings.quietLookMs)) return;
		this.#warn(now);
		if (this.#lookedInto?.doubt === doubt || this.#lookedInto?.doubt === "broken") return;
		// A stronger doubt does not wait for the answer to the weaker one.
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

	/** Sets a timer for the moment a busy room breaks, because that may lie between two checks. */
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

	/** Looks a silent room up and ends its connection unless a message comes meanwhile. */
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
		// If the page was just looked up, it need not be looked up again.
		room.failAll(() => new RoomFailure("silence", ["found", silence]), answer !== undefined);
	}
}

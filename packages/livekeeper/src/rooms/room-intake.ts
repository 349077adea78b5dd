import type { DouyinError, SessionItem, UpstreamEvent } from "@livekeeper/douyin";
import { roomTexts } from "../text/index.ts";
import type { Frame, Recovered, ResumePoint, TakenFrame } from "./resume.ts";
import type { Room } from "./room.ts";
import { storageFailure } from "./room-decisions.ts";

/** Recent messages wait so long for a frame, ms. */
const recentWaitMs = 5_000;
/** With frames behind them they wait so long for one more: a backlog can falter on its way, but it does not end. */
const frameWaitMs = 15_000;

/** Takes what one session yields into the room. */
export class RoomIntake {
	readonly #room: Room;
	readonly #onOpened: () => void;
	#opened = false;
	/** There is no socket: `im/fetch` is asked again and again. */
	#polling = false;
	/** When the connection brought its first frame since it was opened, ms. */
	#provenAt: number | undefined;

	constructor(room: Room, onOpened: () => void) {
		this.#room = room;
		this.#onOpened = onOpened;
	}

	get provenAt(): number | undefined {
		return this.#provenAt;
	}

	take(item: SessionItem): void {
		if (item.type === "frame") this.#frame(item);
		else if (item.type === "opened") this.#open(item);
		else if (item.type === "rejoined") this.#rejoin(item.host);
		else this.#recent(item);
	}

	#recent(item: Extract<SessionItem, { type: "recent" }>): void {
		this.#room.connection.history(item.preview.map(({ at }) => at));
		this.#room.resume.hold(item);
	}

	/** To be called every few seconds: a room that says nothing gets what it said before all the same. */
	tick(): void {
		const { connectedAt, connection, resume } = this.#room;
		const now = this.#room.now();
		if (!this.#opened || connectedAt === undefined) return;
		const since = Math.max(connectedAt, connection.lastMessageAt ?? 0);
		if (now - since < (resume.holdsFrames ? frameWaitMs : recentWaitMs)) return;
		if (this.#room.deps.queue.writable) this.#release(resume.release(now));
	}

	/** @param failure why the session has failed by itself; `undefined` when it was told to end */
	end(failure: DouyinError | undefined): void {
		const { deps, resume } = this.#room;
		const now = this.#room.now();
		const taken = failure !== undefined && deps.queue.writable;
		// There will be no session that could bring again what has no place yet.
		if (taken && failure.reason === "broadcast_ended") this.#release(resume.release(now, true));
		this.#recovered(resume.ended(taken, now));
	}

	#release({ recovered, taken }: ReturnType<ResumePoint["release"]>): void {
		this.#recovered(recovered);
		if (taken) this.#taken(taken);
	}

	#open(item: Extract<SessionItem, { type: "opened" }>): void {
		const room = this.#room;
		const now = room.now();
		this.#opened = true;
		this.#onOpened();
		room.host = item.host;
		room.connectedAt = now;
		room.connection.connected(now);
		room.resume.opened(item.resumed);
		const fields = { host: item.host, resumed: item.resumed, first_state_failure: item.firstStateFailure?.reason };
		const line = item.polling ? "【√】开始以轮询方式接收直播间消息" : "【√】WebSocket连接成功，开始接收直播间消息";
		room.log("info", "room_connected", line, fields);
		// A poll says nothing of the push hosts.
		this.#polling = item.polling === true;
		if (!this.#polling) room.deps.reconnect.opened(room.liveId, now);
		const message = item.polling ? roomTexts.polling(item.host) : roomTexts.connectedTo(item.host);
		room.enter("connected", { code: "ok", message });
	}

	#rejoin(host: string): void {
		const room = this.#room;
		room.host = host;
		if (room.deps.queue.writable) this.#release(room.resume.release(room.now()));
		room.resume.rejoined();
	}

	/** @param events those that it does not repeat: what is known already says nothing of how much the room says */
	#heard({ problems, receivedAt }: Frame, events: readonly UpstreamEvent[]): void {
		const { connection } = this.#room;
		// The first state says what was, not how the connection does.
		if (!this.#opened) connection.history(events.map(({ at }) => at));
		if (events.length + problems.length === 0) connection.sign(receivedAt);
		else
			connection.message(
				receivedAt,
				events.map(({ type }) => type),
			);
	}

	#frame(frame: Frame): void {
		const room = this.#room;
		// Asked before anything is noted: what is not taken here comes again, from the cursor before it.
		if (!room.deps.queue.writable) throw storageFailure();
		const taken = room.resume.take(frame);
		room.frames++;
		if (this.#opened && this.#provenAt === undefined) this.#prove();
		this.#heard(frame, taken?.frame === frame ? taken.fresh : frame.events);
		if (taken) this.#taken(taken);
	}

	#taken(taken: TakenFrame): void {
		const room = this.#room;
		const { frame } = taken;
		this.#recovered(taken.recovered);
		room.messages += frame.events.length + frame.problems.length;
		room.duplicates += taken.duplicates;
		if (taken.gap) room.emit({ type: "gap", ...taken.gap });
		if (this.#opened && taken.fresh.length > 0) this.#revive(taken.fresh);
		if (taken.fresh.length > 0) room.say(taken.fresh, taken.cursor);
		const troubled = frame.problems.length > 0;
		if (troubled) this.#trouble(frame.problems);
		if (troubled || room.health !== "fine") room.assess();
	}

	/** Messages that the socket did not bring. They prove nothing about it. */
	#recovered({ parts, problems }: Recovered): void {
		const room = this.#room;
		for (const { gap, events } of parts) {
			room.messages += events.length;
			if (gap) room.emit({ type: "gap", ...gap });
			// The cursor that stands behind them comes with the next frame.
			room.say(events);
		}
		room.messages += problems.length;
		if (problems.length > 0) this.#trouble(problems);
	}

	/** The first frame that came over the new socket: only now all is well again. */
	#prove(): void {
		const room = this.#room;
		this.#provenAt = room.now();
		if (!this.#polling) room.deps.reconnect.works(room.liveId, room.host, room.now());
		if (room.reconnectCount === 0) return;
		room.log("info", "room_recovered", `【√】直播间 ${room.liveId} 连接已恢复正常`, { attempts: room.reconnectCount });
		room.reconnectCount = 0;
	}

	/** A broadcast that was thought to have ended talks: it goes on. */
	#revive(fresh: readonly UpstreamEvent[]): void {
		const { broadcast, roomId } = this.#room;
		if (!broadcast.isDoubtful(roomId) || fresh.every((event) => event.type === "control")) return;
		broadcast.started(roomId);
		this.#room.emit({ type: "broadcast_started", title: broadcast.title ?? "" });
	}

	#trouble(problems: Recovered["problems"]): void {
		const room = this.#room;
		room.decodeErrors += problems.length;
		// One line for a time of trouble; the counters tell how much of it there is.
		if (room.connection.problem(room.now())) {
			const { method, id, message } = problems[0] ?? { method: undefined, id: undefined, message: undefined };
			const fields = { problems: problems.length, method, message_id: id, detail: message };
			room.log("warn", "messages_undecodable", `【!】直播间 ${room.liveId} 有消息无法解析`, fields);
		}
	}
}

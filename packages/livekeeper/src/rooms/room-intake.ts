import type { DecodeProblem, Emitted, SessionItem, UpstreamEvent } from "@livekeeper/douyin";
import { roomTexts } from "../text/index.ts";
import type { ConnectionKey } from "./reconnect-strategy.ts";
import type { Room } from "./room.ts";
import { storageFailure } from "./room-decisions.ts";

type Frame = SessionItem & { type: "frame" };
type Opened = SessionItem & { type: "opened" };

/** So many undecodable messages are remembered, to count one that several connections bring once. */
const mostProblems = 256;

/** The connection whose session it takes in; its key is made anew each time that it is asked for. */
interface Taken {
	readonly source: number;
	readonly key: ConnectionKey;
}

/** Takes what one session of a connection yields into the room. */
export class RoomIntake {
	readonly #room: Room;
	readonly #connection: Taken;
	#opened = false;
	/** There is no socket: `im/fetch` is asked again and again. */
	#polling = false;
	#proven = false;

	constructor(room: Room, connection: Taken) {
		this.#room = room;
		this.#connection = connection;
	}

	/** The connection has brought a frame since it was opened. */
	get proven(): boolean {
		return this.#proven;
	}

	/**
	 * @returns whether the upstream says with it that the broadcast is over
	 * @throws RoomFailure `storage` while nothing can be stored: what is not taken comes again, from the cursor before it
	 */
	take(item: SessionItem): boolean {
		if (item.type === "opened") this.#open(item);
		else if (!this.#room.deps.queue.writable) throw storageFailure();
		else if (item.type === "backfill" || !this.#opened) this.#backfill(item);
		else return this.#frame(item);
		return false;
	}

	/** The session is over. @param unreadable for a frame that could not be read */
	end(unreadable: boolean): void {
		const room = this.#room;
		if (room.state !== "stopped")
			room.put(room.sequencer.closed(this.#connection.source, room.elapsed(), { unreadable }));
	}

	/** The room's newest messages say what was, not how the connection does. */
	#backfill(page: Extract<SessionItem, { events: unknown }>): void {
		const room = this.#room;
		const now = room.elapsed();
		room.connection.history(page.events.map(({ at }) => at));
		if (page.type === "frame") room.counts.frames++;
		this.#put(room.sequencer.backfill(this.#connection.source, { ...page, now }), page.problems);
	}

	#open(item: Opened): void {
		const room = this.#room;
		const now = room.elapsed();
		const { key } = this.#connection;
		room.sequencer.opened(key.source, item.resumed);
		this.#opened = true;
		room.log("debug", "connection_opened", "连接已建立，等待第一帧", {
			source: key.source,
			beside: key.beside,
			resumed: item.resumed,
		});
		this.#polling = key.kind === "polling";
		// A poll says nothing of the push hosts.
		if (!this.#polling) room.deps.reconnect.opened(key, now);
		if (room.state === "connected") return;
		room.opened();
		const fields = { host: item.host, resumed: item.resumed, first_state_failure: item.firstStateFailure?.reason };
		const line = this.#polling ? "【√】开始以轮询方式接收直播间消息" : "【√】WebSocket连接成功，开始接收直播间消息";
		room.log("info", "room_connected", line, fields);
		// While it was made another may have been lost.
		if (room.state !== "connecting") room.enter("connecting", { code: "new", message: roomTexts.connecting });
		const message = this.#polling
			? roomTexts.polling(item.host, room.connections.refusal)
			: roomTexts.connectedTo(item.host);
		room.enter("connected", { code: "ok", message });
	}

	#frame(frame: Frame): boolean {
		const room = this.#room;
		const { source } = this.#connection;
		room.counts.frames++;
		if (!this.#proven) this.#prove();
		if (room.connections.areSeveral) room.comparison.took(source, frame.events, room.elapsed());
		const isEnd = room.sequencer.isEnd(frame.events);
		const wasSynced = room.sequencer.isSynced(source);
		const emitted = room.sequencer.accept(source, { ...frame, now: room.elapsed() });
		if (!wasSynced && room.sequencer.isSynced(source)) {
			room.log("debug", "connection_synced", "已证明与此前的消息相接", { source });
		}
		const fresh = room.sequencer.isSynced(source) ? eventsOf(emitted) : frame.events;
		this.#heard(frame, fresh);
		if (fresh.length > 0) this.#revive(fresh);
		this.#put(emitted, frame.problems);
		return isEnd;
	}

	/** @param fresh what the frame brings that is not known: what is says nothing of how much the room says */
	#heard({ events, problems }: Frame, fresh: readonly UpstreamEvent[]): void {
		const { connection } = this.#room;
		const now = this.#room.elapsed();
		if (fresh.length + problems.length === 0) connection.repeated(now, events);
		else connection.message(now, typesOf(fresh));
	}

	#put(emitted: readonly Emitted[], problems: readonly DecodeProblem[]): void {
		const room = this.#room;
		room.put(emitted);
		const fresh = problems.filter(({ id }) => this.#isNewProblem(id));
		if (fresh.length > 0) this.#trouble(fresh);
		if (fresh.length > 0 || (this.#opened && room.health !== "fine")) room.assess();
	}

	/** The first frame that came over the new socket: only now all is well again. */
	#prove(): void {
		const room = this.#room;
		this.#proven = true;
		room.log("debug", "connection_proven", "新连接收到第一帧", { source: this.#connection.source });
		if (!this.#polling) room.deps.reconnect.works(this.#connection.key, room.elapsed());
		room.works();
	}

	/** A broadcast that was thought to have ended talks: it goes on. */
	#revive(fresh: readonly UpstreamEvent[]): void {
		const { broadcast, roomId } = this.#room;
		if (!broadcast.isDoubtful(roomId) || fresh.every((event) => event.type === "control")) return;
		broadcast.started(roomId);
		this.#room.emit({ type: "broadcast_started", title: broadcast.title ?? "" });
	}

	#isNewProblem(id: string): boolean {
		const { areSeveral, problems } = this.#room.connections;
		if (!areSeveral) return true;
		if (problems.has(id)) return false;
		problems.add(id);
		if (problems.size > mostProblems) problems.delete(problems.values().next().value ?? "");
		return true;
	}

	#trouble(problems: readonly DecodeProblem[]): void {
		const room = this.#room;
		room.undecodable(problems.length);
		// One line for a time of trouble; the counters tell how much of it there is.
		if (room.connection.problem(room.elapsed())) {
			const { method, id, message } = problems[0] ?? { method: undefined, id: undefined, message: undefined };
			const fields = { problems: problems.length, method, message_id: id, detail: message };
			room.log("warn", "messages_undecodable", `【!】直播间 ${room.liveId} 有消息无法解析`, fields);
		}
	}
}

/** Nearly always all come at once, and nothing is copied. */
function eventsOf(emitted: readonly Emitted[]): readonly UpstreamEvent[] {
	const [only] = emitted;
	return only && emitted.length === 1 ? only.events : emitted.flatMap(({ events }) => events);
}

function typesOf(events: readonly UpstreamEvent[]): UpstreamEvent["type"][] {
	return events.map(({ type }) => type);
}

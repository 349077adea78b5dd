import type { DecodeProblem, Emitted, SessionItem, UpstreamEvent } from "@livekeeper/douyin";
import { roomTexts } from "../text/index.ts";
import type { Room } from "./room.ts";
import { storageFailure } from "./room-decisions.ts";
import type { RoomSessionItem } from "./room-upstream.ts";

type Frame = SessionItem & { type: "frame" };
type Opened = SessionItem & { type: "opened" };

/** So many undecodable messages are remembered, to count one that several connections bring once. */
const mostProblems = 256;

/** Takes what one session yields into the room. */
export class RoomIntake {
	readonly #room: Room;
	readonly #onOpened: () => void;
	/** The connections that have yielded anything. */
	readonly #sources = new Set([0]);
	readonly #problems = new Set<string>();
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

	/** @throws RoomFailure `storage` while nothing can be stored: what is not taken comes again, from the cursor before it */
	take(item: RoomSessionItem): void {
		const room = this.#room;
		const { source = 0 } = item;
		if (item.type === "lost") {
			room.put(room.sequencer.closed(source, room.now()));
			return;
		}
		this.#sources.add(source);
		if (item.type === "opened") this.#open(item, source);
		else if (!room.deps.queue.writable) throw storageFailure();
		else if (item.type === "backfill" || !this.#opened) this.#backfill(item, source);
		else this.#frame(item, source);
	}

	/** The session is over. */
	end(): void {
		const room = this.#room;
		if (room.state === "stopped") return;
		for (const source of this.#sources) room.put(room.sequencer.closed(source, room.now()));
	}

	/** The room's newest messages say what was, not how the connection does. */
	#backfill(page: Extract<SessionItem, { events: unknown }>, source: number): void {
		const room = this.#room;
		const now = room.now();
		room.connection.history(page.events.map(({ at }) => at));
		if (page.type === "frame") room.frames++;
		this.#put(room.sequencer.backfill(source, { ...page, now }), page.problems);
	}

	#open(item: Opened, source: number): void {
		const room = this.#room;
		const now = room.now();
		room.sequencer.opened(source, item.resumed);
		if (this.#opened) return;
		this.#opened = true;
		this.#onOpened();
		room.host = item.host;
		room.connectedAt = now;
		room.connection.connected(now);
		const fields = { host: item.host, resumed: item.resumed, first_state_failure: item.firstStateFailure?.reason };
		const line = item.polling ? "【√】开始以轮询方式接收直播间消息" : "【√】WebSocket连接成功，开始接收直播间消息";
		room.log("info", "room_connected", line, fields);
		// A poll says nothing of the push hosts.
		this.#polling = item.polling === true;
		if (!this.#polling) room.deps.reconnect.opened(room.liveId, now);
		const message = item.polling ? roomTexts.polling(item.host) : roomTexts.connectedTo(item.host);
		room.enter("connected", { code: "ok", message });
	}

	#frame(frame: Frame, source: number): void {
		const room = this.#room;
		room.frames++;
		if (this.#provenAt === undefined) this.#prove();
		const emitted = room.sequencer.accept(source, { ...frame, now: frame.receivedAt });
		const fresh = room.sequencer.isSynced(source) ? eventsOf(emitted) : frame.events;
		this.#heard(frame, fresh);
		if (fresh.length > 0) this.#revive(fresh);
		this.#put(emitted, frame.problems);
	}

	/** @param fresh what the frame brings that is not known: what is says nothing of how much the room says */
	#heard({ events, problems, receivedAt }: Frame, fresh: readonly UpstreamEvent[]): void {
		const { connection } = this.#room;
		// What another connection has brought already is no message of its own.
		const repeats = this.#sources.size > 1 && fresh.length === 0;
		if (events.length + problems.length === 0 || repeats) connection.sign(receivedAt);
		else connection.message(receivedAt, typesOf(fresh));
	}

	#put(emitted: readonly Emitted[], problems: readonly DecodeProblem[]): void {
		const room = this.#room;
		room.put(emitted);
		const fresh = problems.filter(({ id }) => this.#isNewProblem(id));
		room.messages += fresh.length;
		if (fresh.length > 0) this.#trouble(fresh);
		if (fresh.length > 0 || (this.#opened && room.health !== "fine")) room.assess();
	}

	/** The first frame that came over the new socket: only now all is well again. */
	#prove(): void {
		const room = this.#room;
		this.#provenAt = room.now();
		if (!this.#polling) room.deps.reconnect.works(room.liveId, room.now());
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

	#isNewProblem(id: string): boolean {
		if (this.#sources.size === 1) return true;
		if (this.#problems.has(id)) return false;
		this.#problems.add(id);
		if (this.#problems.size > mostProblems) this.#problems.delete(this.#problems.values().next().value ?? "");
		return true;
	}

	#trouble(problems: readonly DecodeProblem[]): void {
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

/** Nearly always all come at once, and nothing is copied. */
function eventsOf(emitted: readonly Emitted[]): readonly UpstreamEvent[] {
	const [only] = emitted;
	return only && emitted.length === 1 ? only.events : emitted.flatMap(({ events }) => events);
}

function typesOf(events: readonly UpstreamEvent[]): UpstreamEvent["type"][] {
	return events.map(({ type }) => type);
}

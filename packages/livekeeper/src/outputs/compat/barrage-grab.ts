import { LivekeeperError } from "@livekeeper/base/errors";
import type { Text } from "@livekeeper/base/text";
import type { Logger } from "pino";
import type { LiveService } from "../../live/index.ts";
import { barrageTexts } from "../../text/index.ts";
import type { Listener } from "./listener.ts";
import { addressOf, type Protocol } from "./listener-server.ts";
import {
	encodingsOf,
	type MessageTable,
	type RoomFacts,
	type Stored,
	type TableEncodings,
	wholeNumber,
} from "./message-table.ts";

interface BarrageGrabDeps {
	live: LiveService;
	logger: Logger;
}

/**
 * DouyinBarrageGrab's server. Sends the messages of all rooms at any address, or of the rooms listed in `?live_id=`.
 * Ignores what clients send: one of their commands would end the program, and none applies here.
 */
export function barrageGrab({ live, logger }: BarrageGrabDeps): Protocol {
	const encodings = encodingsOf(barrageGrabMessages, live);
	return {
		name: "DouyinBarrageGrab",
		accept(request) {
			const named = addressOf(request)
				.query.getAll("live_id")
				.flatMap((text) => text.split(","))
				.map((text) => text.trim());
			return (listener) => new RoomsListener(listener, new Set(named), encodings, { live, logger }).serve();
		},
		answer(_request, response) {
			response.writeHead(426, {
				"content-type": "text/plain; charset=utf-8",
				upgrade: "websocket",
				connection: "close",
			});
			response.end("WebSocket\n");
		},
	};
}

/** One client and the rooms it reads. */
class RoomsListener {
	readonly #listener: Listener;
	/** Rooms from `?live_id=`. Empty: all rooms. */
	readonly #named: ReadonlySet<string>;
	readonly #encodings: TableEncodings;
	readonly #deps: BarrageGrabDeps;
	/** Ends the reading of each room. While a read is being opened, its entry only marks it as left. */
	readonly #rooms = new Map<string, () => void>();

	constructor(listener: Listener, named: ReadonlySet<string>, encodings: TableEncodings, deps: BarrageGrabDeps) {
		this.#listener = listener;
		this.#named = named;
		this.#encodings = encodings;
		this.#deps = deps;
	}

	serve(): void {
		const { live } = this.#deps;
		const unsubscribe = live.onStatus(({ liveId, state }) => {
			if (state === "stopped") this.#leave(liveId);
			else void this.#read(liveId);
		});
		this.#listener.onClosed(() => {
			unsubscribe();
			for (const liveId of [...this.#rooms.keys()]) this.#leave(liveId);
		});
		for (const liveId of live.getStatus().activeRooms) void this.#read(liveId);
	}

	async #read(liveId: string): Promise<void> {
		if (this.#rooms.has(liveId) || !this.#listener.isOpen || !this.#mayRead(liveId)) return;
		let left = false;
		this.#rooms.set(liveId, () => {
			left = true;
		});
		try {
			// The protocol carries only what viewers do, so a loss is reported in the log, where the operator looks.
			const missed = () => this.#deps.logger.warn({ event: "listener_missed", live_id: liveId });
			const end = await this.#listener.read(liveId, this.#encodings, missed);
			if (left) end();
			else this.#rooms.set(liveId, end);
		} catch (error) {
			this.#deps.logger.warn({ event: "listener_not_served", live_id: liveId, err: error });
			this.#listener.end("upstream_start_failed");
		}
	}

	#mayRead(liveId: string): boolean {
		if (this.#named.size > 0 && !this.#named.has(liveId)) return false;
		try {
			this.#listener.scope.require({ room: liveId });
			return true;
		} catch (error) {
			if (error instanceof LivekeeperError) return false;
			throw error;
		}
	}

	#leave(liveId: string): void {
		this.#rooms.get(liveId)?.();
		this.#rooms.delete(liveId);
	}
}

type Base = Pick<Stored<"chat">, "id" | "room_id" | "user">;
type Person = NonNullable<Base["user"]>;

/** DouyinBarrageGrab's numbers for its message types. */
const types = { chat: 1, like: 2, enter: 3, follow: 4, gift: 5, stats: 6, fansclub: 7, share: 8, end: 9 };

/**
 * Messages in DouyinBarrageGrab's format: `Data` is JSON within a string, and ids are numbers with all their digits.
 * Its texts for people are Chinese.
 */
export const barrageGrabMessages = {
	chat: (event, room) => envelope(types.chat, event, room, event.content),
	emoji_chat: (event, room) => envelope(types.chat, event, room, event.content),
	screen_chat: (event, room) => envelope(types.chat, event, room, event.content),
	like: (event, room) => {
		const { count: Count, total: Total } = event;
		return envelope(types.like, event, room, barrageTexts.liked(nameOf(event), Count), { Count, Total });
	},
	member: (event, room) => {
		const more = { CurrentCount: event.member_count, EnterTipType: event.enter_tip_type ?? 0 };
		return envelope(types.enter, event, room, barrageTexts.entered(nameOf(event)), more);
	},
	follow: (event, room) => envelope(types.follow, event, room, barrageTexts.followed(nameOf(event))),
	gift: giftMessage,
	viewers: (event, room) =>
		envelope(types.stats, event, room, barrageTexts.viewers(event.online, event.total_display || String(event.total)), {
			OnlineUserCount: event.online,
			TotalUserCount: event.total,
			OnlineUserCountStr: String(event.online),
			TotalUserCountStr: event.total_display || String(event.total),
		}),
	fansclub: (event, room) => {
		const more = { Type: fansclubTypes[event.action], Level: event.user?.fans_club?.level ?? 0 };
		return envelope(types.fansclub, event, room, event.content, more);
	},
	share: (event, room) => {
		const more = { ShareType: shareTypes.includes(event.share_target) ? Number(event.share_target) : 0 };
		return envelope(types.share, event, room, barrageTexts.shared(nameOf(event)), more);
	},
	control: (event, room) => (event.action === "end" ? envelope(types.end, event, room, barrageTexts.ended) : undefined),
} satisfies MessageTable;

/**
 * Share targets that DouyinBarrageGrab knows: WeChat, Moments, Weibo, QZone, QQ, a friend on Douyin. Any other is 0
 * (unknown).
 */
const shareTypes: readonly string[] = ["1", "2", "3", "4", "5", "112"];

const fansclubTypes = { upgrade: 1, join: 2, other: 0 };

/**
 * `GiftCount` is the number this message adds, so the total is right whatever the steps of a streak were. It depends on
 * the event alone; no streak is kept in memory.
 */
function giftMessage(event: Stored<"gift">, room: RoomFacts): object | undefined {
	// DouyinBarrageGrab drops a step that adds nothing, too. If the open platform reports the gift, its own event counts.
	if (event.delta === 0) return undefined;
	const content = barrageTexts.gave(nameOf(event), event.gift_name, event.delta);
	return envelope(types.gift, event, room, content, {
		GiftId: digits(event.gift_id),
		GiftName: event.gift_name,
		GroupId: digits(event.streak_id),
		GiftCount: event.delta,
		RepeatCount: event.count,
		DiamondCount: event.diamond_count,
		Combo: event.combo,
		ImgUrl: event.gift_image,
		ToUser: event.to_user ? person(event.to_user, room) : null,
	});
}

function envelope(Type: number, event: Base, room: RoomFacts, content: string | Text, fields: object = {}): object {
	const { anchor, liveId } = room;
	const data = {
		MsgId: digits(event.id),
		User: event.user ? person(event.user, room) : null,
		// The misspelling is DouyinBarrageGrab's.
		Onwer: {
			UserId: wholeNumber(anchor.id || "0"),
			SecUid: "",
			Nickname: anchor.nickname,
			HeadUrl: anchor.avatar,
			FollowStatus: 0,
		},
		Content: typeof content === "string" ? content : content.zh,
		RoomId: event.room_id,
		WebRoomId: liveId,
		Appid: "6383",
		...fields,
	};
	return { Type, ProcessName: "livekeeper", Data: JSON.stringify(data) };
}

const genders = { unknown: 0, male: 1, female: 2 };

function person(user: Person, room: RoomFacts): object {
	const club = user.fans_club;
	return {
		Id: digits(user.id),
		IsAdmin: user.admin ?? false,
		IsAnchor: user.id !== "0" && user.id === room.anchor.id,
		ShortId: 0,
		DisplayId: user.display_id ?? "",
		Nickname: user.nickname,
		Level: 0,
		PayLevel: user.level,
		Gender: genders[user.gender],
		HeadImgUrl: user.avatar,
		SecUid: user.sec_uid,
		FansClub: { ClubName: club?.name ?? "", Level: club?.level ?? 0 },
		FollowerCount: 0,
		FollowStatus: 0,
		FollowingCount: 0,
	};
}

const nameOf = ({ user }: Base): string => user?.nickname ?? "";

/** Writes an id as a JSON number with all its digits. A JavaScript number would lose those past 2^53. */
function digits(id: string): unknown {
	return rawJson.rawJSON(wholeNumber(id));
}

/** Every Node version that the service supports has `JSON.rawJSON`; TypeScript's library does not declare it yet. */
const rawJson = JSON as unknown as { rawJSON(text: string): unknown };

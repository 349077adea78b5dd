import { WebSocket } from "ws";

/** Everything that a program for chat and gifts has received, over all connections. */
export interface Shown {
	/** Text of each message, by the digits of its id. */
	chats: Map<string, string>;
	gifts: number;
	diamonds: number;
	connections: number;
	/** Notices about the room for people; none over DouyinBarrageGrab. */
	notices: string[];
	close(): void;
}

/** Reads a service like a program written for douyinLive, which computes the totals of streaks itself. */
export function douyinLiveListener(url: string): Shown {
	const streaks = new Map<string, number>();
	return listener(url, (text, shown) => {
		const message = JSON.parse(text) as DouyinLiveMessage;
		if (message.event === "live_status") shown.notices.push(message.message ?? "");
		if (message.method === "WebcastChatMessage") shown.chats.set(message.common.msgId, message.content ?? "");
		if (message.method !== "WebcastGiftMessage") return;
		const { common, user, giftId, groupId, gift, groupCount = "1", repeatCount = "0", repeatEnd = 0 } = message;
		const key = [common.roomId, user?.secUid ?? user?.id, giftId, groupId].join(":");
		const count = Number(repeatCount);
		const before = streaks.get(key) ?? 0;
		// A lower count: the group's number has been reused.
		const added = count > before ? count - before : repeatEnd ? 0 : count;
		if (repeatEnd) streaks.delete(key);
		else streaks.set(key, count);
		shown.gifts += added * Number(groupCount);
		shown.diamonds += added * Number(groupCount) * (gift?.diamondCount ?? 0);
	});
}

/** Reads a service like a program written for DouyinBarrageGrab, which adds up the messages. */
export function barrageGrabListener(url: string): Shown {
	return listener(url, (text, shown) => {
		const { Type, Data } = JSON.parse(text) as { Type: number; Data: string };
		// Its JSON has integers of any size, which JavaScript's has not.
		const [, id = ""] = /"MsgId":(\d+)/.exec(Data) ?? [];
		const data = JSON.parse(Data) as { Content: string; GiftCount: number; DiamondCount: number };
		if (Type === 1) shown.chats.set(id, data.Content);
		if (Type !== 5) return;
		shown.gifts += data.GiftCount;
		shown.diamonds += data.GiftCount * data.DiamondCount;
	});
}

interface DouyinLiveMessage {
	event?: string;
	message?: string;
	method?: string;
	common: { msgId: string; roomId: string };
	content?: string;
	user?: { id?: string; secUid?: string };
	giftId?: string;
	groupId?: string;
	groupCount?: string;
	repeatCount?: string;
	repeatEnd?: number;
	gift?: { diamondCount?: number };
}

const reconnectMs = 200;

function listener(url: string, read: (text: string, shown: Shown) => void): Shown {
	let socket: WebSocket | undefined;
	let timer: NodeJS.Timeout | undefined;
	let over = false;
	const shown: Shown = {
		chats: new Map(),
		gifts: 0,
		diamonds: 0,
		connections: 0,
		notices: [],
		close() {
			over = true;
			clearTimeout(timer);
			socket?.terminate();
		},
	};
	const dial = () => {
		socket = new WebSocket(url);
		socket.on("open", () => shown.connections++);
		socket.on("message", (data) => read(String(data), shown));
		socket.on("error", () => undefined);
		socket.on("close", () => {
			if (!over) timer = setTimeout(dial, reconnectMs);
		});
	};
	dial();
	return shown;
}

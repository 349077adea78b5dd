import { hash32 } from "../traffic/random.ts";
import type { Room } from "./room.ts";

/** What people paste to name a room. */
export interface RoomLinks {
	/** The short link, from a desktop's browser or a phone's. */
	short: string;
	/** What the app puts into the clipboard. */
	shareText: string;
	followLive: string;
	rootLive: string;
	/** Names the person, not the room. */
	profile: string;
	/** The anchor's 抖音号: the page of that name is the room's. */
	displayId: string;
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** The code of a room's short link: always the same, and of no other room. */
export function shortCode({ liveId, anchor }: Pick<Room, "liveId" | "anchor">): string {
	return Array.from({ length: 11 }, (_, i) => letters[hash32("short", liveId, anchor.id, i) % letters.length]).join("");
}

export const secUidOf = ({ anchor }: Pick<Room, "anchor">): string => anchor.user.secUid ?? "";

/** @param base of the simulator's pages */
export function linksOf(room: Pick<Room, "liveId" | "anchor">, base: string): RoomLinks {
	const short = `${base}/v.douyin.com/${shortCode(room)}/`;
	return {
		short,
		shareText: `7.53 【${room.anchor.nickname}】正在直播，来和我一起支持Ta吧。复制下方链接，打开【抖音】，直接观看直播！ ${short} 5@0.com :9pm`,
		followLive: `${base}/follow/live/${room.liveId}`,
		rootLive: `${base}/root/live/${room.liveId}`,
		profile: `${base}/user/${secUidOf(room)}`,
		displayId: room.anchor.user.displayId ?? "",
	};
}

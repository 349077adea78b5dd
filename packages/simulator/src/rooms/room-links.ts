import { hash32 } from "../traffic/random.ts";
import type { Room } from "./room.ts";

/** Texts that people paste to name a room. */
export interface RoomLinks {
	/** The short link, shared by a desktop browser or a phone. */
	short: string;
	/** Text that the app copies to the clipboard. */
	shareText: string;
	followLive: string;
	rootLive: string;
	/** Address of the anchor's profile, which does not name the room. */
	profile: string;
	/** The anchor's 抖音号: the page of that name is the room's. */
	displayId: string;
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Returns the code of a room's short link: always the same, and unique. */
export function shortCode({ liveId, anchor }: Pick<Room, "liveId" | "anchor">): string {
	return Array.from({ length: 11 }, (_, i) => letters[hash32("short", liveId, anchor.id, i) % letters.length]).join("");
}

export const secUidOf = ({ anchor }: Pick<Room, "anchor">): string => anchor.user.secUid ?? "";

/** @param base base URL of the simulator's pages */
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

import { newBudget, type UserInit } from "../wire/index.ts";
import type { Envelope } from "./envelope.ts";

export const ROOM_ID = "7590000000000000000";
export const SENT_AT = 1_767_225_600_000;
export const RECEIVED_AT = 1_767_225_601_234;

export function envelopeOf(method: string, more: Partial<Envelope> = {}): Envelope {
	return {
		method,
		id: "7590000000000000001",
		liveId: "261378947940",
		roomId: ROOM_ID,
		receivedAt: RECEIVED_AT,
		upstreamNow: SENT_AT,
		budget: newBudget(),
		...more,
	};
}

export const anna: UserInit = {
	id: "3000000000000001",
	secUid: "MS4wLjABAAAAanna",
	nickname: "虚构安娜",
	gender: 2,
	avatarThumb: { urlList: ["https://p0.example.com/anna.webp", "https://p1.example.com/anna.webp"] },
	payGrade: { level: 21 },
	fansClub: { data: { clubName: "虚构团", level: 7 } },
};

/** The event's user for {@link anna}. */
export const liveAnna = {
	id: "3000000000000001",
	secUid: "MS4wLjABAAAAanna",
	nickname: "虚构安娜",
	gender: "female",
	avatar: "https://p0.example.com/anna.webp",
	level: 21,
	fansClub: { name: "虚构团", level: 7 },
	masked: false,
};

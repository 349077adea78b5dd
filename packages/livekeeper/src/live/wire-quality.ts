import type { QualityPoint, RoomStatus } from "../connections/index.ts";

type RoomQuality = RoomStatus["quality"];
type Quality = NonNullable<RoomQuality["5m"]>;
type Parts = Quality["parts"];

/** A quality as it leaves the process: 0 to 100, and its parts from 0 to 1, `null` for what isn't known. */
export interface WireQuality {
	score: number;
	parts: { [Part in keyof Required<Parts>]: undefined extends Parts[Part] ? number | null : number };
}

/** Over 5 minutes, an hour and a day; `null` where the room was wanted for less than 10 s. */
export type WireRoomQuality = Record<keyof RoomQuality, WireQuality | null>;

export interface WireQualityPoint {
	at: number;
	quality: WireQuality | null;
}

export function toWireRoomQuality(quality: RoomQuality): WireRoomQuality {
	return {
		"5m": toWireQuality(quality["5m"]),
		"1h": toWireQuality(quality["1h"]),
		"24h": toWireQuality(quality["24h"]),
	};
}

export function toWireQualityPoint({ at, quality }: QualityPoint): WireQualityPoint {
	return { at, quality: toWireQuality(quality) };
}

function toWireQuality(quality: Quality | undefined): WireQuality | null {
	if (!quality) return null;
	const { uptime, silence, reconnects, gaps, latency, decoding, completeness } = quality.parts;
	return {
		score: rounded(quality.score, 10),
		parts: {
			uptime: rounded(uptime, 1000),
			silence: partOf(silence),
			reconnects: rounded(reconnects, 1000),
			gaps: rounded(gaps, 1000),
			latency: partOf(latency),
			decoding: partOf(decoding),
			completeness: partOf(completeness),
		},
	};
}

function partOf(part: number | undefined): number | null {
	return part === undefined ? null : rounded(part, 1000);
}

function rounded(value: number, steps: number): number {
	return Math.round(value * steps) / steps;
}

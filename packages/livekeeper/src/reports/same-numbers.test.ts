import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LiveEvent, systemClock } from "@livekeeper/douyin";
import { type BroadcastSummary, type EventLog, openSqliteEventLog } from "@livekeeper/log";
import { chat, gift, service, startMs, user } from "@livekeeper/log/src/event-log/events.helpers.ts";
import { inThisThread } from "@livekeeper/log/src/event-log/sqlite/same-thread.helpers.ts";
import { readXlsx } from "hucre/xlsx";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Exporter } from "../outputs/export/index.ts";
import { exportTexts } from "../text/index.ts";
import { toWireBroadcast } from "../wire/index.ts";
import { buildReport } from "./build-report.ts";
import { readWords } from "./words.ts";

const minute = 60_000;
let dataDir: string;
let log: EventLog;
const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

beforeEach(async () => {
	dataDir = mkdtempSync(join(tmpdir(), "livekeeper-numbers-"));
	log = await openSqliteEventLog({ startThread: inThisThread, dataDir, clock: systemClock, logger });
});
afterEach(async () => {
	await log.close();
	rmSync(dataDir, { recursive: true });
});

let n = 0;

/** A broadcast with messages of all counted kinds, some in its very first and last millisecond. */
function broadcast(roomId: string, from: number, minutes: number, seed: number): LiveEvent[] {
	const [begin, end] = [startMs + from * minute, startMs + (from + minutes) * minute + 5_000];
	const at = (ms: number) => ({ roomId, at: ms, user: user(ms % 7) });
	const other = (type: string, ms: number, fields: object) =>
		({ ...chat(++n, at(ms)), type, ...fields }) as unknown as LiveEvent;
	const some = Array.from({ length: 40 * seed }, (_, i) => {
		const ms = begin + Math.floor((i * (end - begin)) / (40 * seed));
		const kinds = [
			() => chat(++n, at(ms)),
			() => gift(++n, (i % 5) * 10, { ...at(ms), giftId: `${i % 3}`, streakId: `s${n}` }),
			() => other("emoji_chat", ms, { emojiId: "1", content: "[笑]", emojiImage: "" }),
			() => other("screen_chat", ms, { content: "大字弹幕" }),
			() => other("like", ms, { count: 1 + (i % 9), total: 9_000 + i }),
			() => other("follow", ms, { followCount: i }),
			() => other("member", ms, { memberCount: i, action: 1 }),
			() => other("message_deleted", ms, { messageIds: [`${n}`] }),
			() => chat(++n, at(ms)),
		];
		return kinds[i % kinds.length]?.() ?? chat(++n, at(ms));
	});
	return [
		service("broadcast_started", ++n, { title: roomId }, { roomId, at: begin }),
		chat(++n, at(begin)),
		...some,
		chat(++n, at(end)),
		// Messages sent while it ended arrive after its end.
		service("broadcast_ended", ++n, { reason: "ended" }, { roomId, at: end }),
		chat(++n, at(end)),
		chat(++n, at(end - 1)),
	];
}

type Numbers = Record<"chat" | "gift" | "like" | "follow" | "member" | "emoji_chat" | "diamonds" | "likes", number>;

/** Returns the numbers of a sheet, by its words. */
function numbersIn(rows: readonly (readonly unknown[])[]): Numbers {
	const [heading = [], ...lines] = rows;
	const at = (column: keyof typeof exportTexts.columns) => heading.indexOf(exportTexts.columns[column].zh);
	const kind = (type: keyof typeof exportTexts.types) =>
		lines.filter((line) => line[at("type")] === exportTexts.types[type].zh);
	const sum = (of: readonly (readonly unknown[])[], place: number) =>
		of.reduce((total, line) => total + Number(line[place] ?? 0), 0);
	const likes = at("amount") >= 0 ? at("amount") : at("count");
	return {
		...{ chat: kind("chat").length, gift: kind("gift").length, like: kind("like").length },
		...{ follow: kind("follow").length, member: kind("member").length, emoji_chat: kind("emoji_chat").length },
		diamonds: sum(lines, at("diamonds")),
		likes: sum(kind("like"), likes),
	};
}

/** Returns the numbers of a count of messages by type. */
const numbersOf = (messages: Readonly<Record<string, number>>, diamonds: number, likes: number): Numbers => {
	const of = (type: string) => messages[type] ?? 0;
	return {
		...{ chat: of("chat"), gift: of("gift"), like: of("like"), follow: of("follow"), member: of("member") },
		...{ emoji_chat: of("emoji_chat"), diamonds, likes },
	};
};

/** Returns the chart as the page draws it: the minutes from the broadcast's start to its end. */
async function chartOf({ startedAt, endedAt = 0, roomId }: BroadcastSummary): Promise<Numbers> {
	const { points } = await log.series("a", { from: startedAt, to: endedAt + 1, step: 1, roomId });
	const messages: Record<string, number> = {};
	for (const point of points) {
		for (const [type, count] of Object.entries(point.messages)) messages[type] = (messages[type] ?? 0) + count;
	}
	const sum = (of: "diamonds" | "likes") => points.reduce((total, point) => total + point[of], 0);
	return numbersOf(messages, sum("diamonds"), sum("likes"));
}

async function workbookOf(exporter: Exporter, broadcastId: string): Promise<Numbers[]> {
	const reader = { language: "zh", timeZone: "Asia/Shanghai" } as const;
	const { signal } = new AbortController();
	const { body } = await exporter.open({ liveIds: ["a"], format: "xlsx", broadcast: broadcastId, reader, signal });
	const { sheets } = await readXlsx(Buffer.concat(await body.toArray()));
	return sheets.map(({ rows }) => numbersIn(rows));
}

test("shows equal numbers in workbook, summary, report, chart and words", async () => {
	const events = [...broadcast("b1", 0, 3, 1), ...broadcast("b2", 3.25, 7, 3), ...broadcast("b3", 12, 20, 5)];
	log.append({ liveId: "a", events });
	await log.flush();
	const exporter = new Exporter({ log, clock: systemClock, logger });
	const summaries = await log.broadcasts("a");
	expect(summaries.map(({ roomId }) => roomId)).toEqual(["b1", "b2", "b3"]);
	for (const summary of summaries) {
		const { messages, diamonds, likes } = toWireBroadcast(summary);
		const counted = numbersOf(messages, diamonds, likes);
		expect(Object.values(counted).every((number) => number > 0)).toBe(true);
		expect(await workbookOf(exporter, summary.roomId)).toEqual([counted, counted]);
		expect(await chartOf(summary)).toEqual(counted);
		const report = await buildReport(log, "a", summary.roomId);
		expect(report?.figures).toMatchObject({
			...{ chats: counted.chat, new_followers: counted.follow, diamonds: counted.diamonds, likes: counted.likes },
			messages: Object.values(messages).reduce((sum, count) => sum + count, 0),
		});
		expect(report?.broadcast.messages).toEqual(messages);
		expect(await readWords(log, "a", summary, { max: 1 })).toMatchObject({ chats: counted.chat });
		const totalOf = (all: readonly { diamonds: number }[] = []) => all.reduce((sum, one) => sum + one.diamonds, 0);
		const { by_kind: kinds, by_giver: givers } = report?.gifts ?? {};
		expect([totalOf(kinds), totalOf(givers)]).toEqual([counted.diamonds, counted.diamonds]);
	}
});

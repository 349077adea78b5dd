import { makeBatch } from "./batch.ts";
import type { Gathered } from "./gather.ts";
import { type Notice, noRoom, sampleNotices, shownAs } from "./service-states.ts";
import type { TargetLog } from "./target-log.ts";
import type { TargetRenderer } from "./target-renderer.ts";
import type { Preview, PreviewedMessage } from "./target-schema.ts";
import type { OutMessage } from "./transports/out-message.ts";

const maxMessages = 50;
const maxDeliveries = 500;
const maxContent = 4_000;

/**
 * Returns the messages that a target would have been sent for the log's events since `from`, oldest first in each room.
 * Sends and stores nothing.
 */
export async function preview(
	renderer: TargetRenderer,
	log: TargetLog,
	{ liveIds, from, now }: { liveIds: readonly string[]; from: number; now: number },
): Promise<Preview> {
	const samples = await samplesOf(renderer, liveIds, now);
	const shown: Preview = { messages: [], samples, waiting: [], deliveries: 0, partial: false };
	const batchOf = (liveId: string, found: Gathered) =>
		makeBatch({ targetId: renderer.target.id, liveId, ...found, truncated: undefined });
	for (const liveId of liveIds) {
		const [first] = (await log.read(liveId, { after: 0, limit: 1, from })).events;
		if (!first) continue;
		let after = first.seq - 1;
		let lastNotified = {};
		for (let isOver = false; !isOver; ) {
			if (shown.deliveries >= maxDeliveries) return { ...shown, partial: true };
			const found = await renderer.gather(log, { liveId, after, lastNotified, now, isOver: () => false });
			if (found.events.length > 0) {
				shown.deliveries++;
				const messages = put(renderer, liveId, batchOf(liveId, found), now);
				shown.messages.push(...messages.slice(0, maxMessages - shown.messages.length));
			}
			({ nextAfter: after, lastNotified } = found);
			isOver = found.caughtUp;
			if (!isOver || found.dueAt === undefined || shown.waiting.length >= maxMessages) continue;
			const { dueAt } = found;
			const later = await renderer.gather(log, { liveId, after, lastNotified, now: dueAt, isOver: () => false });
			if (later.events.length === 0) continue;
			const messages = put(renderer, liveId, batchOf(liveId, later), dueAt);
			shown.waiting.push(...messages.map((message) => ({ ...message, due_at: dueAt })));
		}
	}
	return shown;
}

async function samplesOf(
	renderer: TargetRenderer,
	liveIds: readonly string[],
	now: number,
): Promise<PreviewedMessage[]> {
	const { states = [] } = renderer.target.filter;
	const found: [liveId: string, notice: Notice][] = sampleNotices(states, now).map((notice) => [noRoom, notice]);
	for (const liveId of states.includes("report") ? liveIds : []) {
		const report = await renderer.reportOf(liveId, "latest");
		if (!report) continue;
		found.push([liveId, report]);
		break;
	}
	return found.flatMap(([liveId, notice]) => {
		const source = { targetId: renderer.target.id, liveId, events: [], notices: [notice], nextAfter: 0 };
		return put(renderer, liveId, makeBatch({ ...source, truncated: undefined }), now);
	});
}

function put(
	renderer: TargetRenderer,
	liveId: string,
	batch: ReturnType<typeof makeBatch>,
	now: number,
): PreviewedMessage[] {
	const [first] = batch.carried;
	const { received_at: at } = JSON.parse(first?.json ?? "{}") as { received_at?: number };
	return renderer.messages(liveId, batch, now).map((message) => {
		return {
			live_id: shownAs(liveId),
			at: at ?? now,
			events: batch.events,
			content: contentOf(message).slice(0, maxContent),
			shows: shownOf(message),
		};
	});
}

function shownOf(message: OutMessage): PreviewedMessage["shows"] {
	if (!("shows" in message) || !message.shows) return null;
	const { title, text, picture = null } = message.shows;
	return { title, text: text.slice(0, maxContent), picture };
}

function contentOf(message: OutMessage): string {
	switch (message.via) {
		case "http":
			return message.body.toString();
		case "websocket":
			return message.frames.map(({ text }) => text).join("\n");
		case "mqtt":
			return message.publications.map(({ topic, payload }) => `${topic} ${payload}`).join("\n");
		case "mail":
			return `${message.subject}\n\n${message.text}`;
		case "nothing":
			return message.why.message;
	}
}

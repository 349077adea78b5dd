import { messageTexts, type Text, verbatim } from "@livekeeper/base/text";
import { eventSamples, sampledAt } from "@livekeeper/base/text/event-samples";
import { typesOf } from "@livekeeper/client/filter";
import { liveEventTypes, toWire } from "@livekeeper/douyin";
import { isOfService } from "@livekeeper/log";
import { sampleNotices } from "../service-states.ts";
import { ofRooms, type TargetFilter } from "../target-filter.ts";
import type { Delivery } from "./preset.ts";

/** A delivery as a target may get it. */
export interface Sample {
	/** Kind of its content. */
	of: Text;
	delivery: Delivery;
}

/**
 * Returns one delivery of each kind that a filter selects, and one of several kinds together; texts contain characters
 * that break JSON.
 */
export function samplesOf(filter: TargetFilter): Sample[] {
	const kinds = typesOf(ofRooms(filter)) ?? liveEventTypes;
	const samples = kinds.map((kind) => sampleOf(verbatim(kind), { events: [eventOf(kind, 1)] }));
	if (samples.length > 0) {
		const events = kinds.map((kind, n) => eventOf(kind, n + 1));
		const two = events.length > 1 ? events : [...events, ...events];
		samples.push(sampleOf(messageTexts.template.several, { events: two }));
	}
	for (const notice of sampleNotices(filter.states ?? [], sampledAt)) {
		samples.push(sampleOf(verbatim(notice.state), { liveId: "", notices: [notice] }));
	}
	return samples;
}

function sampleOf(of: Text, more: Partial<Delivery>): Sample {
	const room = { roomId: "1", nickname: 'a "name"', title: "a\ttitle", avatar: "" };
	const ids = { deliveryId: "dlv_sample", targetId: "tgt_sample", liveId: "1001" };
	return {
		of,
		delivery: { ...ids, room, events: [], notices: [], truncated: undefined, now: sampledAt, test: false, ...more },
	};
}

function eventOf(kind: keyof typeof eventSamples, seq: number): Delivery["events"][number] {
	const { user, ...event } = toWire(eventSamples[kind]);
	// Events of the service itself belong to no user.
	const whole = isOfService(kind) ? event : { ...event, user };
	return { seq, json: JSON.stringify({ seq, ...whole }, quoted) };
}

/** Fields whose values the protocol or this program sets, and strangers cannot. */
const given = /^(type|method|gender|action|reason|state|source|payload|streak_id|.*_?ids?)$/;

function quoted(name: string, value: unknown): unknown {
	return typeof value === "string" && !given.test(name) ? `${value} "\\` : value;
}

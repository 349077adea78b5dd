import { type Language, requestTexts } from "@livekeeper/base/text";
import { officialTypes } from "@livekeeper/douyin";
import { z } from "zod";
import {
	judgeOfficial,
	type OfficialStatus,
	officialStates,
	type PushedStatus,
	type PushProblem,
} from "../official/index.ts";

const type = z.enum(officialTypes);
const count = z.int().min(0);
const time = (what: string) => z.number().nullable().describe(`${what}, ms since the epoch; null when there is none`);

const problem = z
	.object({
		err_no: z.number().nullable().describe("the platform's error number; null: no answer"),
		message: z.string().describe("in the platform's own words"),
	})
	.meta({ id: "OfficialProblem" });

const task = z.object({
	msg_type: type,
	state: z.enum(["starting", "running", "refused", "stopped"]),
	error: problem.nullable().describe("why it isn't running, or why its state is unknown"),
	since: time("start of uninterrupted pushing"),
	callbacks: count.describe("callbacks that were stored"),
	last_callback_at: time("time of the last one"),
	failed_deliveries: count.describe("failed deliveries that the platform reported"),
	missing: count.describe("deliveries that are not stored yet"),
	unreadable: count.describe("entries that can't be read"),
});

const broadcast = z
	.object({
		room_id: z.string(),
		ended_at: time("when it ended"),
		tasks: z.array(task),
		counts: z.boolean().describe("whether these gifts are counted, and those from the web are only evidence"),
		callbacks: count.describe("callbacks that were stored"),
		entries: count.describe("entries from callbacks and lookups; duplicates are counted twice and stored once"),
		looked_up: count.describe("entries recovered by looking up failed deliveries"),
		tests: count.describe("entries of the platform's test tool, which are not stored"),
		unreadable: count.describe("entries that can't be read"),
		failed_deliveries: count.describe("failed deliveries that the platform reported"),
		looked_up_at: time("time of the last complete lookup of failed deliveries"),
		look_up_error: problem.nullable().describe("why the last lookup did not finish"),
		acknowledged: count,
		match: z
			.object({
				official_diamonds: count,
				web_diamonds: count,
				matched_diamonds: count.describe("value of the gifts that both sources have, by time, price and count"),
			})
			.describe("how far both sources report the same gifts; a figure only, people are not matched"),
	})
	.meta({ id: "OfficialBroadcast" });

/** A room's official source. */
export const official = z
	.object({
		live_id: z.string(),
		app_id: z.string(),
		types: z.array(type).describe("what is pushed"),
		state: z.enum(officialStates).describe("state of the push of gifts"),
		summary: z.string().describe("the same in words"),
		why: z.string().nullable().describe("what that means"),
		advice: z.array(z.string()).describe("what can be done, in this order"),
		token: z.object({
			expires_at: time("when the token expires; it is renewed before that"),
			error: problem
				.extend({ at: z.number() })
				.nullable()
				.describe("why the last one could not be obtained; null once one was"),
		}),
		refused: count.describe("callbacks that were refused since the service was started"),
		last_refused: z
			.object({
				at: z.number(),
				problem: z.enum([
					"headers",
					"signature",
					"late",
					"early",
					"repeated",
					"unknown",
					"not_asked",
					"too_large",
					"unreadable",
				]),
				message: z.string(),
			})
			.nullable()
			.describe("the last of them, and why"),
		broadcasts: z.array(broadcast).describe("those that are on, or of which something may be missing; newest first"),
	})
	.meta({ id: "RoomOfficial" });

/** @param language language of the words for people */
export function toWireOfficial(status: OfficialStatus, language: Language): z.infer<typeof official> {
	const { state, summary, why, advice } = judgeOfficial(status);
	const { token, lastRefused } = status;
	return {
		live_id: status.liveId,
		app_id: status.appId,
		types: status.types,
		state,
		summary: summary[language],
		why: why?.[language] ?? null,
		advice: advice.map((text) => text[language]),
		token: {
			expires_at: token.endsAt ?? null,
			error: token.error ? { ...toWireProblem(token.error), at: token.error.at } : null,
		},
		refused: status.refused,
		last_refused: lastRefused
			? { ...lastRefused, message: requestTexts.callbackRefused[lastRefused.problem][language] }
			: null,
		broadcasts: status.broadcasts.map(toWirePushed),
	};
}

function toWirePushed({ tasks, match, ...one }: PushedStatus): z.infer<typeof broadcast> {
	return {
		room_id: one.roomId,
		ended_at: one.endedAt ?? null,
		tasks: tasks.map((task) => ({
			msg_type: task.type,
			state: task.state,
			error: task.error ? toWireProblem(task.error) : null,
			since: task.since ?? null,
			callbacks: task.callbacks,
			last_callback_at: task.lastCallbackAt ?? null,
			failed_deliveries: task.failedDeliveries,
			missing: task.missing,
			unreadable: task.unreadable,
		})),
		counts: one.counts,
		callbacks: one.callbacks,
		entries: one.entries,
		looked_up: one.lookedUp,
		tests: one.tests,
		unreadable: one.unreadable,
		failed_deliveries: one.failedDeliveries,
		looked_up_at: one.lookedUpAt ?? null,
		look_up_error: one.lookUpError ? toWireProblem(one.lookUpError) : null,
		acknowledged: one.acknowledged,
		match: { official_diamonds: match.official, web_diamonds: match.web, matched_diamonds: match.matched },
	};
}

const toWireProblem = ({ errNo, message }: PushProblem): z.infer<typeof problem> => ({
	err_no: errNo ?? null,
	message,
});

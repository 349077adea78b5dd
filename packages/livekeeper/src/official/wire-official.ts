import { type Language, requestTexts } from "../text/index.ts";
import type { OfficialStatus, PushedStatus, PushProblem, RefusedCallback, TaskState } from "./broadcast-status.ts";
import { judgeOfficial, type OfficialJudgement } from "./judge.ts";

type MsgType = OfficialStatus["types"][number];

interface WireProblem {
	err_no: number | null;
	message: string;
}

interface WireTask {
	msg_type: MsgType;
	state: TaskState;
	error: WireProblem | null;
	since: number | null;
	callbacks: number;
	last_callback_at: number | null;
	failed_deliveries: number;
	missing: number;
	unreadable: number;
}

interface WirePushed {
	room_id: string;
	ended_at: number | null;
	tasks: WireTask[];
	counts: boolean;
	callbacks: number;
	entries: number;
	looked_up: number;
	tests: number;
	unreadable: number;
	failed_deliveries: number;
	looked_up_at: number | null;
	look_up_error: WireProblem | null;
	acknowledged: number;
	match: { official_diamonds: number; web_diamonds: number; matched_diamonds: number };
}

/** A room's official source, as it leaves the process: snake_case, `null` for what isn't known, times in ms. */
export interface WireOfficial {
	live_id: string;
	app_id: string;
	types: MsgType[];
	state: OfficialJudgement["state"];
	summary: string;
	why: string | null;
	advice: string[];
	token: { expires_at: number | null; error: (WireProblem & { at: number }) | null };
	refused: number;
	last_refused: { at: number; problem: RefusedCallback["problem"]; message: string } | null;
	broadcasts: WirePushed[];
}

/** @param language in which it speaks to people */
export function toWireOfficial(status: OfficialStatus, language: Language): WireOfficial {
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

function toWirePushed({ tasks, match, ...one }: PushedStatus): WirePushed {
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

const toWireProblem = ({ errNo, message }: PushProblem): WireProblem => ({ err_no: errNo ?? null, message });

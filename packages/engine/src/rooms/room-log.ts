import { codeNames } from "@livekeeper/base/text";
import { failureClasses, type Gap } from "@livekeeper/douyin";
import type { Logger } from "pino";
import { type Finding, findingText, kindNames, saidText } from "../text/index.ts";

import type { LogLine } from "./room-inputs.ts";

const waitingWords = {
	offline: "未开播，等待开播",
	no_room: "暂无直播间，等待开播",
	hidden: "仅对部分观众可见，等待公开直播",
	not_found: "不存在，稍后再查",
	closed: "账号已注销，稍后再查",
	broadcast_ended: "直播已结束，等待下一场",
} as const;

/** Writes the log entries about one room. */
export class RoomLog {
	readonly #liveId: string;
	readonly #logger: Logger;

	constructor(liveId: string, logger: Logger) {
		this.#liveId = liveId;
		this.#logger = logger;
	}

	/** Logs a decision of a step. */
	line(line: LogLine) {
		const { event } = line;
		switch (event) {
			case "attempt_due":
				return this.log("debug", event, "到了尝试连接的时间", { source: line.source, plan: line.plan });
			case "room_looked_up":
				return this.log("debug", event, "查询到直播间状态", {
					source: line.source,
					status: line.answer,
					room_id: line.roomId,
				});
			case "attempt_held":
			case "permit_awaited": {
				const { wait, source } = line;
				const fields = { source, for: wait.for, why: saidText(wait.why) };
				return this.log("debug", event, event === "attempt_held" ? "暂缓连接" : "等待连接名额", fields);
			}
			case "look_held": {
				const { wait, source } = line;
				return this.log("debug", event, "暂缓查询直播间", { source, why: saidText(wait.why) });
			}
			case "polling_began":
				return this.log("info", event, "【!】实时连接多次被拒，改为定时查询消息", { refused: line.refused });
			case "polling_ended":
				return this.log("info", event, "【√】实时连接已恢复，不再定时查询");
			case "room_recovered":
				return this.log("info", event, `【√】直播间 ${this.#liveId} 连接已恢复正常`, { attempts: line.attempts });
			case "room_preempted": {
				const fields = { reason: "preempted", detail: saidText(line.why) };
				return this.log("info", event, `直播间 ${this.#liveId} 让出连接，等待连接名额`, fields);
			}
			case "room_waiting":
				return this.log("info", event, `直播间 ${this.#liveId} ${waitingWords[line.code]}`, { reason: line.code });
			case "connection_lost":
			case "room_blocked":
			case "room_reconnecting":
				return this.#failed(line);
			default:
				line satisfies never;
		}
	}

	#failed(line: Extract<LogLine, { event: "room_blocked" | "connection_lost" | "room_reconnecting" }>): void {
		const { event, source, failure, attempt, delayMs, decision } = line;
		const { reason, host, said } = failure;
		const detail = saidText(said);
		const facts = said[0] === "failed" ? said[1] : undefined;
		const fields = {
			...{ source, reason, cause: codeNames.reason[reason], upstream_message: facts?.upstreamMessage },
			...{ status: facts?.status, host, decision: saidText(decision), detail, error: detail.en, delay_ms: delayMs },
		};
		const room = `直播间 ${this.#liveId}`;
		if (event === "connection_lost") {
			this.log("info", event, `${room} 的第 ${source + 1} 路连接断开，其余的继续接收（第 ${attempt} 次）`, fields);
		} else if (failureClasses[reason].state === "blocked") {
			this.log("warn", event, `【!】${room} 被抖音拒绝，${Math.round(delayMs / 1000)} 秒后再试`, fields);
		} else if (reason === "storage") {
			this.log("warn", event, `【!】${room} 的数据暂时无法存取，等待重试（第 ${attempt} 次）`, fields);
		} else this.log("warn", event, `【!】检测到${room} 连接断开，尝试重连（第 ${attempt} 次）`, fields);
	}

	sessionBegins(source: number, kind: string, roomId: string, resumes: boolean): void {
		this.log("debug", "session_begins", "开始建立连接", { source, kind, room_id: roomId, resumes });
	}

	opened(source: number, beside: boolean, resumed: boolean): void {
		this.log("debug", "connection_opened", "连接已建立，等待第一帧", { source, beside, resumed });
	}

	connected(polling: boolean, fields: Record<string, unknown>): void {
		const line = polling ? "【√】开始定时查询直播间消息" : "【√】WebSocket连接成功，开始接收直播间消息";
		this.log("info", "room_connected", line, fields);
	}

	proven(source: number): void {
		this.log("debug", "connection_proven", "新连接收到第一帧", { source });
	}

	synced(source: number): void {
		this.log("debug", "connection_synced", "已证明与此前的消息相接", { source });
	}

	sessionEnded(source: number, proven: boolean): void {
		this.log("debug", "session_ended", "连接已结束", { source, proven });
	}

	overdue(): void {
		this.log("error", "session_overdue", "【!】连接没有按要求结束，不再等待");
	}

	gap(gap: Gap): void {
		this.log("debug", "gap_told", "无法证明消息连续，记为缺失", { ...gap });
	}

	startedOver(): void {
		this.log("warn", "upstream_started_over", `【!】直播间 ${this.#liveId} 的消息编号从头开始了：抖音那边重新开始过`);
	}

	undecodable(fields: Record<string, unknown>): void {
		this.log("warn", "messages_undecodable", `【!】直播间 ${this.#liveId} 有消息无法解析`, fields);
	}

	kindSilent(kind: string, evidence: Finding): void {
		const line = `【!】直播间 ${this.#liveId} 连接正常，但长时间没有${kindNames[kind] ?? kind}`;
		this.log("warn", "kind_silent", line, { kind, evidence: findingText(evidence) });
	}

	silent(seconds: number, evidence: readonly Finding[]): void {
		const line = `【!】直播间 ${this.#liveId} 超过${seconds}秒未收到消息，可能连接异常`;
		this.log("warn", "room_silent", line, { reason: "silence", evidence: evidence.map(findingText) });
	}

	/** Logs anything other than an upstream failure: a bug. The room keeps running. */
	unexpected(error: unknown): void {
		this.log("error", "unexpected_error", "【!】意外错误中断了连接，将重试", { err: error });
	}

	silenceCheckFailed(error: unknown): void {
		this.log("error", "silence_check_failed", "【!】检查收不到消息的连接时出错，将再次检查", { err: error });
	}

	listenerFailed(error: unknown): void {
		this.log("error", "listener_failed", "【!】处理直播间状态时出错", { err: error });
	}

	/** @param event stable identifier for programs */
	log(
		level: "debug" | "info" | "warn" | "error",
		event: string,
		message: string,
		fields: Record<string, unknown> = {},
	): void {
		this.#logger[level]({ event, live_id: this.#liveId, ...fields }, message);
	}
}

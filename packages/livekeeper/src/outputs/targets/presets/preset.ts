import type { z } from "zod";
import type { Text } from "../../../text/index.ts";
import type { Notice } from "../service-states.ts";
import type { TargetFilter } from "../target-filter.ts";
import type { OutMessage } from "../transports/out-message.ts";

/** What goes out together: of a room, or of the service's states. */
export interface Delivery {
	/** Drawn from what it carries, so that a repeat has the same. */
	deliveryId: string;
	targetId: string;
	/** "": it has notices of the service, and no events. */
	liveId: string;
	/** As the room was last called; "" where nobody knows. */
	room: { roomId: string; nickname: string; title: string; avatar: string; cover?: string | undefined };
	/** In the log's order, each as the log holds it. */
	events: readonly { seq: number; json: string }[];
	/** By `seq`: how many gifts of its streak a step stands for; default: those that it adds. */
	gifts?: Readonly<Record<number, number>> | undefined;
	/** What has changed of the service's states; of a room, the report of a broadcast. */
	notices: readonly Notice[];
	truncated: { from: number; to: number; reason: "retention" | "reset" } | undefined;
	/** The time of this attempt, ms since the epoch: signatures hold it. */
	now: number;
	/** Somebody asks whether the receiver answers: there are no events. */
	test: boolean;
}

/** The anchor's picture, as far as a receiver takes its address. */
export function pictureOf({ avatar }: Delivery["room"]): string | undefined {
	return /^https:\/\/[\x21-\x7e]{1,400}$/.test(avatar) && URL.canParse(avatar) ? avatar : undefined;
}

/** How a receiver of one sort is addressed, what it is told, and what its answers mean. */
export interface Preset<S> {
	readonly name: string;
	/** Stored sealed as a whole: addresses hold tokens. */
	readonly settings: z.ZodType<S>;
	/** Settings that no API gives back, and that neither a preview nor a failed attempt shows. */
	readonly secrets: readonly string[];
	/** What of a receiver's documented limits this keeps to. A message counts, however many events it carries. */
	readonly limits?: { perMinute?: number; perSecond?: number; maxEvents?: number };
	/** Whether people read its messages: a streak of gifts is one gift then. Programs are sent each step. */
	readonly forPeople?: boolean;
	/** A tool of this machine: only with the owner's explicit switch. */
	readonly loopback?: boolean;
	/** Where it dials: `http(s)`, `ws(s)`, `mqtt(s)` or `smtp(s)`. Checked when a target is stored; the transports check it again. */
	address(settings: S): string;
	/** What of the settings does not fit what the target is to be sent; looked at when a target is stored. */
	check?(settings: S, filter: TargetFilter): { setting: string; text: Text } | undefined;
	/**
	 * Pure: the same delivery at the same `now` makes the same bytes. Sent in order; the delivery is accepted once all are.
	 * None: these events say nothing to this receiver.
	 */
	messages(delivery: Delivery, settings: S): OutMessage[];
	/** What an answer means, where its status doesn't say all; `undefined`: the status decides. */
	verdict?(answer: { status: number; body: string }): Verdict | undefined;
}

export type Verdict = { ok: true } | Refusal;

export interface Refusal {
	ok: false;
	code: ReceiverErrorCode;
	/** The receiver's own code and words. */
	message: string;
	retryAfterMs?: number;
	/** It will never accept this message, whereas it may accept the next one. */
	gone?: boolean;
}

/** Why a receiver refused a message that it understood. */
export const receiverErrorCodes = [
	/** The key, token or address of the robot or device is not known there. */
	"receiver_key",
	/** The signature does not match, or its time is too far off. */
	"receiver_signature",
	/** The message holds none of the robot's keywords. */
	"receiver_keyword",
	/** This machine's address isn't among those that the robot accepts. */
	"receiver_address",
	/** The chat does not exist, or the robot is not in it. */
	"receiver_chat",
	/** Too many messages. */
	"receiver_rate_limited",
	/** This message, for what is in it. */
	"receiver_content",
	/** Anything else. */
	"receiver_refused",
	/** The target's template could not be rendered, so that nothing was sent. */
	"template_failed",
] as const;

export type ReceiverErrorCode = (typeof receiverErrorCodes)[number];

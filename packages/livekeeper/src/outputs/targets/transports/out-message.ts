import type { Refusal, Verdict } from "../presets/preset.ts";

/** One request, or what goes through a kept connection together. */
export type OutMessage = HttpMessage | WebSocketMessage | MqttMessage | MailMessage | Unsendable;

/** A message as an application shows it to people, without its format. */
export interface Shown {
	title: string;
	/** In lines. */
	text: string;
	/** URL of the picture beside it. */
	picture?: string | undefined;
}

/** Posted. */
export interface HttpMessage {
	via: "http";
	/** Absent where a program reads it. */
	shows?: Shown | undefined;
	url: string;
	headers: Readonly<Record<string, string>>;
	body: Buffer;
}

/** Sent through a socket that is kept. */
export interface WebSocketMessage {
	via: "websocket";
	url: string;
	/**
	 * Sent first whenever a socket opens. One socket is kept for each address, and each room where rooms greet.
	 * `login`: what answers a receiver that asks for a password before it takes anything; one socket for each `room`.
	 */
	greeting?: { room: string; frames: readonly string[]; login?: Login };
	frames: readonly Frame[];
}

/** Answer to a frame of the receiver before it takes messages: a reply, nothing more, or a refusal. */
export type Login = (frame: string) => { reply: string } | Verdict | undefined;

export interface Frame {
	text: string;
	/** Whether a frame of the receiver answers this one; without it what the receiver has read is accepted. */
	answeredBy?(frame: string): Verdict | undefined;
}

/** Published with QoS 1: accepted once the broker has acknowledged all of it. */
export interface MqttMessage {
	via: "mqtt";
	broker: MqttBroker;
	/** Published before, once for each connection. */
	first: readonly Publication[];
	publications: readonly Publication[];
}

export interface MqttBroker {
	url: string;
	username?: string | undefined;
	password?: string | undefined;
	version: 4 | 5;
	/** Topic that says, retained, whether livekeeper is connected: `online` or `offline`, which is the connection's will. */
	statusTopic: string;
}

export interface Publication {
	topic: string;
	payload: string;
	retain?: boolean;
}

/** A mail to one mailbox: accepted once the sender's server has taken it. */
export interface MailMessage {
	via: "mail";
	/** Absent where no preview is needed. */
	shows?: Shown | undefined;
	server: MailServer;
	/** Addresses alone, without names. */
	from: string;
	to: string;
	subject: string;
	text: string;
	/** As in the header `Message-ID`, without its brackets. */
	id: string;
	/** ms since the epoch. */
	at: number;
}

export interface MailServer {
	/** `smtps:` with TLS, `smtp:` with STARTTLS. */
	url: string;
	username?: string | undefined;
	password?: string | undefined;
	/** Without either. */
	plain: boolean;
}

/** What could not be put into a message: that fails without a receiver. */
export interface Unsendable {
	via: "nothing";
	why: Refusal;
}

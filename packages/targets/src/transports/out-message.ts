import type { Refusal, Verdict } from "../presets/preset.ts";

/** One request, or the messages that go through a kept connection together. */
export type OutMessage = HttpMessage | WebSocketMessage | MqttMessage | MailMessage | Unsendable;

/** A message as an application shows it to people, without its format. */
export interface Shown {
	title: string;
	/** Text in lines. */
	text: string;
	/** URL of the picture beside it. */
	picture?: string | undefined;
}

/** A message sent by POST. */
export interface HttpMessage {
	via: "http";
	/** Absent if a program reads the message. */
	shows?: Shown | undefined;
	url: string;
	headers: Readonly<Record<string, string>>;
	body: Buffer;
}

/** A message sent through a kept socket. */
export interface WebSocketMessage {
	via: "websocket";
	url: string;
	/**
	 * Sent first whenever a socket opens. One socket is kept per address, and per room if rooms have greetings. `login`
	 * answers a receiver that requires a password first; one socket per `room`.
	 */
	greeting?: { room: string; frames: readonly string[]; login?: Login };
	frames: readonly Frame[];
}

/**
 * Answers a frame that the receiver sends before it accepts messages: with a reply, with nothing more, or with a
 * refusal.
 */
export type Login = (frame: string) => { reply: string } | Verdict | undefined;

export interface Frame {
	text: string;
	/** Whether a frame of the receiver answers this one. Without it a frame is accepted once the receiver has read it. */
	answeredBy?(frame: string): Verdict | undefined;
}

/** Messages published with QoS 1: accepted once the broker has acknowledged all of them. */
export interface MqttMessage {
	via: "mqtt";
	broker: MqttBroker;
	/** Messages published before, once per connection. */
	first: readonly Publication[];
	publications: readonly Publication[];
}

export interface MqttBroker {
	url: string;
	username?: string | undefined;
	password?: string | undefined;
	version: 4 | 5;
	/** Topic for the retained status of livekeeper: `online` or `offline`, which is the connection's will. */
	statusTopic: string;
}

export interface Publication {
	topic: string;
	payload: string;
	retain?: boolean;
}

/** A mail to one mailbox: accepted once the sender's server has accepted it. */
export interface MailMessage {
	via: "mail";
	/** Absent if no preview is needed. */
	shows?: Shown | undefined;
	server: MailServer;
	/** Addresses only, without names. */
	from: string;
	to: string;
	subject: string;
	text: string;
	/** Value of the header `Message-ID`, without its brackets. */
	id: string;
	/** Time of the mail, ms since the epoch. */
	at: number;
}

export interface MailServer {
	/** `smtps:` with TLS, `smtp:` with STARTTLS. */
	url: string;
	username?: string | undefined;
	password?: string | undefined;
	/** Whether to send without either. */
	plain: boolean;
}

/** Content that could not be made into a message; it fails without a request. */
export interface Unsendable {
	via: "nothing";
	why: Refusal;
}

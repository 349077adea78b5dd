import type { Verdict } from "../presets/preset.ts";

/** One request, frame or publication. */
export type OutMessage = HttpMessage | WebSocketMessage | MqttMessage;

/** Posted. */
export interface HttpMessage {
	via: "http";
	url: string;
	headers: Readonly<Record<string, string>>;
	body: Buffer;
}

/** Sent through a socket that is kept for the target. */
export interface WebSocketMessage {
	via: "websocket";
	url: string;
	/** Sent first whenever a socket opens. One socket is kept for each address and room that greets. */
	greeting?: { room: string; frames: readonly string[] };
	frame: string;
	/** Whether a frame answers this one; without it a message is accepted once it is written. */
	answeredBy?(frame: string): Verdict | undefined;
}

/** Published with QoS 1: accepted once the broker acknowledges it. */
export interface MqttMessage {
	via: "mqtt";
	broker: MqttBroker;
	topic: string;
	payload: Buffer;
	retain: boolean;
}

export interface MqttBroker {
	url: string;
	clientId: string;
	username?: string | undefined;
	password?: string | undefined;
	version: 4 | 5;
	/** What the broker publishes, retained, when the connection is lost. */
	will?: { topic: string; payload: string };
}

import type { HttpMessage } from "../transports/out-message.ts";

export function postJson(url: string, content: object, headers: Readonly<Record<string, string>> = {}): HttpMessage {
	return {
		via: "http",
		url,
		headers: { "content-type": "application/json; charset=utf-8", ...headers },
		body: Buffer.from(JSON.stringify(content)),
	};
}

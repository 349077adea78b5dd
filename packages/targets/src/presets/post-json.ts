import type { HttpMessage, Shown } from "../transports/out-message.ts";

interface PostOptions {
	headers?: Readonly<Record<string, string>>;
	shows?: Shown;
}

export function postJson(url: string, content: object, { headers, shows }: PostOptions = {}): HttpMessage {
	return {
		via: "http",
		shows,
		url,
		headers: { "content-type": "application/json; charset=utf-8", ...headers },
		body: Buffer.from(JSON.stringify(content)),
	};
}

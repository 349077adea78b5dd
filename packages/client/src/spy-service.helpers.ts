import { LivekeeperClient } from "./index.ts";

/** Creates a client that records its requests, as `METHOD path?query body`, and gets the answers in turn. */
export function spyClient(...answers: (object | Response)[]) {
	const asked: string[] = [];
	const spy: typeof fetch = async (input, init) => {
		const { pathname, search } = new URL(String(input));
		asked.push([init?.method, pathname + search, init?.body].filter(Boolean).join(" "));
		const answer = answers.shift() ?? {};
		return answer instanceof Response ? answer : Response.json({ success: true, ...answer });
	};
	return { asked, client: new LivekeeperClient({ url: "http://127.0.0.1:7001", fetch: spy }) };
}

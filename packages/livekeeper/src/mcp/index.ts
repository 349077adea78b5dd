import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { createMcpServer, type McpOptions } from "./server.ts";

export type { McpOptions } from "./server.ts";

/** Serves standard input and output. The process runs until its input has ended and the last call is answered. */
export async function serveStdio(options: McpOptions): Promise<void> {
	await createMcpServer(options).connect(new StdioServerTransport());
}

/**
 * Answers one request of Streamable HTTP. No state is kept between requests, so any node of a cluster may answer the
 * next.
 * @param message its parsed body
 */
export async function answerHttp(request: Request, message: unknown, options: McpOptions): Promise<Response> {
	const server = createMcpServer(options);
	const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
	await server.connect(transport);
	try {
		return await transport.handleRequest(request, { parsedBody: message });
	} finally {
		await server.close();
	}
}

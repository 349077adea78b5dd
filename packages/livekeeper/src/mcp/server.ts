import { LivekeeperError } from "@livekeeper/base/errors";
import { type Language, listed, requestTexts, type Text } from "@livekeeper/base/text";
import { issueText } from "@livekeeper/base/text/issues";
import { LivekeeperApiError, type LivekeeperClient } from "@livekeeper/client";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
	CallToolRequestSchema,
	type CallToolResult,
	ErrorCode,
	type Tool as ListedTool,
	ListToolsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { mcpTexts } from "../text/index.ts";
import { version } from "../version.ts";
import { asText, type Tool, tools } from "./tools.ts";

export interface McpOptions {
	/** Client of the service. The service decides what callers of the tools may do. */
	client: LivekeeperClient;
	/** Whether rooms may be started and stopped, too. */
	control: boolean;
	/** Language of the tools' descriptions. */
	language: Language;
}

/** Creates a server with a service's rooms as tools of the Model Context Protocol, for one connected transport. */
export function createMcpServer({ client, control, language }: McpOptions): Server {
	const offered = tools.filter((tool) => control || tool.control !== true);
	const server = new Server(
		{ name: "livekeeper", version },
		{ capabilities: { tools: {} }, instructions: mcpTexts.instructions[language] },
	);
	server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: offered.map((tool) => toolEntry(tool, language)) }));
	server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }): Promise<CallToolResult> => {
		const tool = offered.find(({ name }) => name === params.name);
		if (!tool) {
			const names = offered.map(({ name }) => name);
			throw new InvalidParams(mcpTexts.noTool(params.name.slice(0, 100), listed(names))[language]);
		}
		refuseUnknown(tool, params.arguments, language);
		try {
			const input = parsed(tool, params.arguments);
			return { content: [{ type: "text", text: asText(await tool.run(client, input as never, signal)) }] };
		} catch (error) {
			return { content: [{ type: "text", text: asText({ error: refusal(error, language) }) }], isError: true };
		}
	});
	return server;
}

/**
 * An error of the protocol itself: the caller does not know the tool. The library's own class repeats the code in the
 * message.
 */
class InvalidParams extends Error {
	readonly code = ErrorCode.InvalidParams;
}

/** @throws InvalidParams for arguments that the tool does not list, because a misspelt filter would filter nothing */
function refuseUnknown({ name, input }: Tool, given: Record<string, unknown> = {}, language: Language): void {
	const known = Object.keys(input.shape);
	const unknown = Object.keys(given).filter((argument) => !known.includes(argument));
	if (unknown.length === 0) return;
	const words = mcpTexts.noArgument(name, unknown.join(", ").slice(0, 200), listed(known));
	throw new InvalidParams(words[language]);
}

function toolEntry({ name, input, control }: Tool, language: Language): ListedTool {
	const { title, description } = mcpTexts.tools[name];
	const inputs: Record<string, Text> = mcpTexts.inputs;
	const described = Object.entries(input.shape).map(([argument, schema]) => {
		const words = inputs[`${name}.${argument}`] ?? inputs[argument];
		return [argument, words ? (schema as z.ZodType).describe(words[language]) : schema];
	});
	const schema = z.toJSONSchema(z.strictObject(Object.fromEntries(described)), { io: "input" });
	const inputSchema = schema as ListedTool["inputSchema"];
	const reads = control !== true;
	const annotations = { readOnlyHint: reads, destructiveHint: !reads, idempotentHint: true, openWorldHint: !reads };
	return { name, title: title[language], description: description[language], inputSchema, annotations };
}

/** @throws LivekeeperError `invalid_request` or `invalid_live_id`, as the API does */
function parsed({ input }: Tool, given: unknown): unknown {
	const result = input.safeParse(given ?? {});
	if (result.success) return result.data;
	const [first] = result.error.issues;
	const { code, message, path, ...details } = first ?? { code: "custom", message: "", path: [] };
	const field = path.join(".");
	const text = requestTexts.field(field || "arguments", issueText({ code: String(code), message, details }));
	throw new LivekeeperError(field === "live_id" ? "invalid_live_id" : "invalid_request", text);
}

/** Converts an error to the API's form; a model that reads the hint can act on it. */
function refusal(error: unknown, language: Language): { code: string; message: string; hint: string } {
	if (error instanceof LivekeeperApiError) return { code: error.code, message: error.message, hint: error.hint };
	if (error instanceof LivekeeperError) {
		return { code: error.code, message: error.text[language], hint: error.hint[language] };
	}
	throw error;
}

import type { FastifyServerOptions } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";

/** Schemas are zod's: a server that knows so when it is made does not load the framework's own compilers. */
export const zodSchemas = {
	compilersFactory: { buildValidator: () => validatorCompiler, buildSerializer: () => serializerCompiler },
	// The framework's types know schemas of its own alone.
} as unknown as NonNullable<FastifyServerOptions["schemaController"]>;

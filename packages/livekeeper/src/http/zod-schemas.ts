import type { FastifyServerOptions } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";

/** Compilers for zod schemas. A server that has them from the start does not load the framework's own compilers. */
export const zodSchemas = {
	compilersFactory: { buildValidator: () => validatorCompiler, buildSerializer: () => serializerCompiler },
	// The framework's types only know its own schemas.
} as unknown as NonNullable<FastifyServerOptions["schemaController"]>;

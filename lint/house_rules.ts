// House rules for `deno lint`, beside its own.

const maxParameters = 3;

/** Programs, and the places that wire a process up, or a child of it. */
const edges =
  /\/(tasks\/[^/]+|bench\/.+|tests\/.+|.*main|producer\/(run|healthcheck)|tasks\/host\/run_process|lib\/(exit|merge_settings))\.ts$/;

function isFunction(node: Deno.lint.Expression | null | undefined): boolean {
  return node?.type === "ArrowFunctionExpression" ||
    node?.type === "FunctionExpression";
}

function declared(
  statement: Deno.lint.Program["body"][number],
): Deno.lint.Node | null | undefined {
  return statement.type === "ExportNamedDeclaration" ||
      statement.type === "ExportDefaultDeclaration"
    ? statement.declaration
    : statement;
}

/** Top-level functions are declarations; a declared type may keep an arrow. */
const topLevelFunctions: Deno.lint.Rule = {
  create: (context) => ({
    Program(program) {
      for (const statement of program.body) {
        const node = declared(statement);
        if (node?.type !== "VariableDeclaration") continue;
        for (const { id, init } of node.declarations) {
          if (!isFunction(init)) continue;
          if (id.type === "Identifier" && id.typeAnnotation) continue;
          context.report({
            node: id,
            message: "top-level functions are function declarations",
          });
        }
      }
    },
  }),
};

/** Public functions have few parameters; more go into an options object. */
const fewParameters: Deno.lint.Rule = {
  create(context) {
    function check(
      node: Deno.lint.Node,
      params: readonly unknown[] | undefined,
    ): void {
      if (params === undefined || params.length <= maxParameters) return;
      context.report({
        node,
        message: `${params.length} positional parameters: at most ` +
          `${maxParameters}, then an options object`,
      });
    }
    return {
      Program(program) {
        for (const statement of program.body) {
          if (statement.type !== "ExportNamedDeclaration") continue;
          const node = statement.declaration;
          if (node?.type === "FunctionDeclaration") check(node, node.params);
          if (node?.type !== "ClassDeclaration") continue;
          for (const member of node.body.body) {
            if (member.type !== "MethodDefinition") continue;
            if (member.key.type === "PrivateIdentifier") continue;
            check(member.key, member.value?.params);
          }
        }
      },
    };
  },
};

/** Only programs read arguments and environment, and only they exit. */
const edgesOnly: Deno.lint.Rule = {
  create(context) {
    if (edges.test(context.filename.replaceAll("\\", "/"))) return {};
    return {
      "MemberExpression[object.name='Deno'][property.name=/^(exit|env|args)$/]"(
        node: Deno.lint.MemberExpression,
      ) {
        context.report({
          node,
          message: "only programs use Deno.exit, Deno.env and Deno.args",
        });
      },
    };
  },
};

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    "top-level-functions": topLevelFunctions,
    "few-parameters": fewParameters,
    "edges-only": edgesOnly,
  },
};

export default plugin;

// House rules for `deno lint`, beside its own.

const maxParameters = 3;

/** Programs, and the places that wire a process up, or a child of it. */
const edges =
  /\/(tasks\/[^/]+|bench\/.+|tests\/.+|.*main|lakehouse\/lake_run|tasks\/lake\/(rebuild_lake|export_lake|maintain_lake|spark\/spark_session)|producer\/(run|healthcheck)|tasks\/host\/run_process|lib\/(exit|http_fetch|merge_settings))\.ts$/;

/** Top-level functions are declarations; a declared type may keep an arrow. */
const topLevelFunctions: Deno.lint.Rule = {
  create(context) {
    function check({ id, init }: Deno.lint.VariableDeclarator): void {
      const isFunction = init?.type === "ArrowFunctionExpression" ||
        init?.type === "FunctionExpression";
      if (!isFunction || (id.type === "Identifier" && id.typeAnnotation)) {
        return;
      }
      context.report({
        node: id,
        message: "top-level functions are function declarations",
      });
    }
    const declarator = "> VariableDeclaration > VariableDeclarator";
    return {
      [`Program ${declarator}`]: check,
      [`ExportNamedDeclaration ${declarator}`]: check,
    };
  },
};

/** Public functions have few parameters; more go into an options object. */
const fewParameters: Deno.lint.Rule = {
  create(context) {
    function check(
      node: Deno.lint.Node,
      params: readonly unknown[] = [],
    ): void {
      if (params.length <= maxParameters) return;
      context.report({
        node,
        message: `${params.length} positional parameters: at most ` +
          `${maxParameters}, then an options object`,
      });
    }
    return {
      "ExportNamedDeclaration > FunctionDeclaration"(
        node: Deno.lint.FunctionDeclaration,
      ) {
        check(node, node.params);
      },
      "ExportNamedDeclaration > ClassDeclaration > ClassBody > MethodDefinition"(
        { key, value }: Deno.lint.MethodDefinition,
      ) {
        if (key.type !== "PrivateIdentifier") check(key, value.params);
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

/** A bare `fetch()` would ask a proxy for what this machine itself serves. */
const noBareFetch: Deno.lint.Rule = {
  create(context) {
    const file = context.filename.replaceAll("\\", "/");
    if (/\/(bench|tests)\/|\/http_fetch\.ts$/.test(file)) return {};
    return {
      "CallExpression[callee.name='fetch']"(node: Deno.lint.CallExpression) {
        context.report({
          node,
          message: "`httpFetch()` instead, which knows what needs no proxy",
        });
      },
    };
  },
};

/** Test files of these tiers run side by side, as threads of one process. */
const sideBySide = /\/tests\/(kafka|lake|chaos)\/.+_test\.ts$/;

/** What one test file sets for the whole process changes another's outcome. */
const noProcessState: Deno.lint.Rule = {
  create(context) {
    if (!sideBySide.test(context.filename.replaceAll("\\", "/"))) return {};
    function report(node: Deno.lint.Node): void {
      context.report({
        node,
        message: "test files here share a process: set it in a child's",
      });
    }
    return {
      "MemberExpression[object.object.name='Deno'][object.property.name='env'][property.name=/^(set|delete)$/]":
        report,
      "MemberExpression[object.name='Deno'][property.name=/^(chdir|umask)$/]":
        report,
    };
  },
};

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    "top-level-functions": topLevelFunctions,
    "few-parameters": fewParameters,
    "edges-only": edgesOnly,
    "no-bare-fetch": noBareFetch,
    "no-process-state": noProcessState,
  },
};

export default plugin;

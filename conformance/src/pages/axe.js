// Asks axe, which is in the page already. Answers what it found, and what it could not decide.
const [tags, done] = arguments;
const told = (list) => list.flatMap(({ id, nodes }) => nodes.map((node) => ({
  rule: id,
  target: node.target.flat().join(" "),
  summary: node.failureSummary ?? "",
})));
axe
  // preload fetches style sheets again, for rules that are experiments; a page's policy may forbid that.
  .run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations", "incomplete"], preload: false })
  .then(({ violations, incomplete }) => done({ violations: told(violations), undecided: told(incomplete) }))
  .catch((error) => done({ violations: [{ rule: "axe itself", target: "-", summary: String(error) }], undecided: [] }));

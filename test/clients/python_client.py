"""OpenAI's own package for Python, as it comes, pointed at the proxy: python_client.py <base address> <key> <model>"""
import sys

import openai

base, key, model = sys.argv[1:]
client = openai.OpenAI(base_url=base, api_key=key, max_retries=0)
messages = [{"role": "user", "content": "Name a city in Portugal."}]

completion = client.chat.completions.create(model=model, messages=messages, max_tokens=24, temperature=0)
assert completion.choices[0].message.content and completion.usage.completion_tokens > 0, completion
text, tokens = "", 0
for piece in client.chat.completions.create(model=model, messages=messages, max_tokens=24, temperature=0, stream=True, stream_options={"include_usage": True}):
    text += (piece.choices[0].delta.content or "") if piece.choices else ""
    tokens += piece.usage.total_tokens if piece.usage else 0
assert text.strip() == completion.choices[0].message.content.strip(), (text, completion)
assert tokens == completion.usage.total_tokens, tokens
assert [one.id for one in client.models.list()] == [model]


def refused(kind, **changes):
    try:
        client.chat.completions.create(**{"model": model, "messages": messages, "max_tokens": 8, **changes})
    except kind as error:
        return error.body["code"]
    raise AssertionError(f"{kind.__name__} was expected for {changes}")


assert refused(openai.NotFoundError, model="none") == "model_not_found"
assert refused(openai.BadRequestError, max_tokens=10_000_000) == "too_many_tokens"
try:
    openai.OpenAI(base_url=base, api_key="wrong", max_retries=0).models.list()
    raise AssertionError("a wrong key was let in")
except openai.AuthenticationError:
    pass
print(f"openai {openai.__version__} for Python: chat, stream, models, errors; the model said {text.strip()!r}")

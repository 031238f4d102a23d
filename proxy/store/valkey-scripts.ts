/**
 * What the server runs, each script as a whole or not at all. Their one key is the prefix of all keys; with its braces a
 * cluster keeps them together. Amounts come and go as decimal strings, and are compared as doubles, exact up to 2^53.
 *
 * `account:<name>` caps and sums · `call:<id>` an open call · `calls:<owner>` ids of a proxy's open calls · `owners` ·
 * `lease:<owner>` there while the proxy lives · `unresolved:<name>` newest first · `closed:<id>` released before it arrived ·
 * `records` values by key · `keys` their keys, sorted. `born` numbers the accounts: an open call of a forgotten account
 * finds nothing to book on.
 */
const start = `
  local prefix = KEYS[1]
  local function add(key, field, amount) redis.call('HINCRBY', key, field, amount) end
  local function negative(amount) return string.format('%.0f', 0 - tonumber(amount)) end
  local function live(owner, milliseconds)
    redis.call('SADD', prefix .. ':owners', owner)
    redis.call('SET', prefix .. ':lease:' .. owner, '', 'PX', milliseconds)
  end
  local function birth(account)
    local born = redis.call('HGET', account, 'born')
    if not born then
      born = string.format('%.0f', redis.call('INCR', prefix .. ':born'))
      redis.call('HSET', account, 'born', born)
    end
    return born
  end
`;

/** Ends a call as proxy/store/closings.ts says; false where it is not open. */
const close = (kept: number): string => `
  local function close(id, how, money, tokens, reason)
    local key = prefix .. ':call:' .. id
    local owner, accounts, boundMoney, boundTokens, model = unpack(redis.call('HMGET', key, 'owner', 'accounts', 'money', 'tokens', 'model'))
    if not owner then return false end
    redis.call('DEL', key)
    redis.call('SREM', prefix .. ':calls:' .. owner, id)
    if how == 'abandon' then money, tokens = boundMoney, boundTokens end
    for _, booked in ipairs(cjson.decode(accounts)) do
      local name, account = booked[1], prefix .. ':account:' .. booked[1]
      if redis.call('HGET', account, 'born') == booked[2] then
        add(account, 'reserved.money', negative(boundMoney))
        add(account, 'reserved.tokens', negative(boundTokens))
        add(account, 'open', -1)
        if how ~= 'release' then
          add(account, 'spent.money', money)
          add(account, 'spent.tokens', tokens)
          add(account, 'spent.requests', 1)
        end
        if how == 'abandon' then
          add(account, 'unresolved.money', money)
          add(account, 'unresolved.tokens', tokens)
          add(account, 'unresolved.requests', 1)
          redis.call('LPUSH', prefix .. ':unresolved:' .. name, cjson.encode({ id = id, money = money, tokens = tokens, model = model, reason = reason }))
          redis.call('LTRIM', prefix .. ':unresolved:' .. name, 0, ${kept - 1})
        end
      end
    end
    redis.call('PUBLISH', prefix .. ':changed', '')
    return true
  end
`;

/** How many calls one sweep may end: other clients wait meanwhile. */
export const sweepSize = 500;

/** The scripts, and what they are given after the prefix. */
export const scripts = (kept: number) => ({
  /** owner, milliseconds of its lease */
  live: `${start} live(ARGV[1], ARGV[2])`,

  /** account, then fields and values of its caps */
  setCaps: `${start}
    local account = prefix .. ':account:' .. ARGV[1]
    birth(account)
    redis.call('HDEL', account, 'cap.money', 'cap.tokens', 'cap.requests', 'cap.concurrency')
    for i = 2, #ARGV, 2 do redis.call('HSET', account, 'cap.' .. ARGV[i], ARGV[i + 1]) end
    redis.call('PUBLISH', prefix .. ':changed', '')`,

  /** owner, milliseconds of its lease, id, money, tokens, model, names of the accounts; returns outcome, account, quantity (see decide.ts) */
  reserve: `${start}
    local owner, lease, id, money, tokens, model = unpack(ARGV, 1, 6)
    live(owner, lease)
    local call = prefix .. ':call:' .. id
    if redis.call('EXISTS', call) == 1 then return { 'reserved' } end
    if redis.call('EXISTS', prefix .. ':closed:' .. id) == 1 then return redis.error_reply('CLOSED this call was released before it was reserved') end
    local asked = { money = tonumber(money), tokens = tonumber(tokens), requests = 1, concurrency = 1 }
    local used = { money = 'spent.money', tokens = 'spent.tokens', requests = 'spent.requests' }
    local held = { money = 'reserved.money', tokens = 'reserved.tokens', requests = 'open', concurrency = 'open' }
    for _, outcome in ipairs({ 'refused', 'wait' }) do
      for i = 7, #ARGV do
        local account = prefix .. ':account:' .. ARGV[i]
        local function amount(field) return field and tonumber(redis.call('HGET', account, field) or 0) or 0 end
        for _, quantity in ipairs({ 'money', 'tokens', 'requests', 'concurrency' }) do
          local cap = redis.call('HGET', account, 'cap.' .. quantity)
          if cap and amount(used[quantity]) + amount(outcome == 'wait' and held[quantity]) + asked[quantity] > tonumber(cap) then
            return { outcome, ARGV[i], quantity }
          end
        end
      end
    end
    local accounts = {}
    for i = 7, #ARGV do
      local account = prefix .. ':account:' .. ARGV[i]
      table.insert(accounts, { ARGV[i], birth(account) })
      add(account, 'reserved.money', money)
      add(account, 'reserved.tokens', tokens)
      add(account, 'open', 1)
    end
    redis.call('HSET', call, 'owner', owner, 'accounts', cjson.encode(accounts), 'money', money, 'tokens', tokens, 'model', model)
    redis.call('SADD', prefix .. ':calls:' .. owner, id)
    return { 'reserved' }`,

  /** id, how, money, tokens, reason, late (see closings.ts): where the connection broke, a release may overtake its reservation, which it then bars for an hour */
  close: `${start}${close(kept)}
    if not close(unpack(ARGV, 1, 5)) and ARGV[6] == 'late' then redis.call('SET', prefix .. ':closed:' .. ARGV[1], '', 'PX', 3600000) end`,

  /** reason, the owner if only one; abandons open calls of owners whose lease has lapsed, and returns how many */
  sweep: `${start}${close(kept)}
    local ended = 0
    for _, owner in ipairs(ARGV[2] and { ARGV[2] } or redis.call('SMEMBERS', prefix .. ':owners')) do
      if ended < ${sweepSize} and redis.call('EXISTS', prefix .. ':lease:' .. owner) == 0 then
        for _, id in ipairs(redis.call('SRANDMEMBER', prefix .. ':calls:' .. owner, ${sweepSize} - ended)) do
          close(id, 'abandon', nil, nil, ARGV[1])
          ended = ended + 1
        end
        if redis.call('EXISTS', prefix .. ':calls:' .. owner) == 0 then redis.call('SREM', prefix .. ':owners', owner) end
      end
    end
    return ended`,

  /** account */
  forget: `${start}
    redis.call('DEL', prefix .. ':account:' .. ARGV[1], prefix .. ':unresolved:' .. ARGV[1])
    redis.call('PUBLISH', prefix .. ':changed', '')`,

  /** key, new text or '', and the old one or '' where it must still be so; returns 1 where it was written */
  write: `${start}
    local key, value, expected = ARGV[1], ARGV[2], ARGV[3]
    if expected and (redis.call('HGET', prefix .. ':records', key) or '') ~= expected then return 0 end
    if value == '' then
      redis.call('HDEL', prefix .. ':records', key)
      redis.call('ZREM', prefix .. ':keys', key)
    else
      redis.call('HSET', prefix .. ':records', key, value)
      redis.call('ZADD', prefix .. ':keys', 0, key)
    end
    return 1`,

  /** the start of the keys; returns keys and texts in turn */
  list: `${start}
    local found = {}
    for _, key in ipairs(redis.call('ZRANGEBYLEX', prefix .. ':keys', '[' .. ARGV[1], '[' .. ARGV[1] .. string.char(255))) do
      table.insert(found, key)
      table.insert(found, redis.call('HGET', prefix .. ':records', key))
    end
    return found`,
});

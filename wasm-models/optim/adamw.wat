;; The optimizer where parameters lie in the program's memory: four numbers at a time, one pass over all that is trained.
;; Addresses are bytes, multiples of 16, and so is `end`, the address behind the last parameter.
;; `npm run kernels` makes adamw-module.ts of this file.
(module
  (import "host" "memory" (memory 1))

  ;; Sum of the squares of the numbers from $at to $end, in double precision.
  (func (export "sumOfSquares") (param $at i32) (param $end i32) (result f64)
    (local $low v128) (local $high v128) (local $sum v128) (local $other_sum v128)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $low (f64x2.promote_low_f32x4 (v128.load (local.get $at))))
        (local.set $high (f64x2.promote_low_f32x4 (v128.load64_zero offset=8 (local.get $at))))
        (local.set $sum (f64x2.add (local.get $sum) (f64x2.mul (local.get $low) (local.get $low))))
        (local.set $other_sum (f64x2.add (local.get $other_sum) (f64x2.mul (local.get $high) (local.get $high))))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next)))
    (local.set $sum (f64x2.add (local.get $sum) (local.get $other_sum)))
    (f64.add (f64x2.extract_lane 0 (local.get $sum)) (f64x2.extract_lane 1 (local.get $sum))))

  ;; AdamW with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2), in place, in the order of PyTorch's implementation:
  ;; m ← β₁·m + (1 − β₁)·c·g,  v ← β₂·v + (1 − β₂)·(c·g)²,  p ← decay·p − step_size·m / (√v·second_moment_scale + ε)
  (func (export "adamw")
    (param $parameter i32) (param $gradient i32) (param $first i32) (param $second i32) (param $end i32)
    (param $gradient_scale f32) (param $beta1 f32) (param $beta1_rest f32) (param $beta2 f32) (param $beta2_rest f32)
    (param $epsilon f32) (param $step_size f32) (param $second_moment_scale f32) (param $decay f32)
    (local $g v128) (local $m v128) (local $v v128)
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $parameter) (local.get $end)))
        (local.set $g
          (f32x4.mul (v128.load (local.get $gradient)) (f32x4.splat (local.get $gradient_scale))))
        (local.set $m
          (f32x4.add
            (f32x4.mul (v128.load (local.get $first)) (f32x4.splat (local.get $beta1)))
            (f32x4.mul (local.get $g) (f32x4.splat (local.get $beta1_rest)))))
        (local.set $v
          (f32x4.add
            (f32x4.mul (v128.load (local.get $second)) (f32x4.splat (local.get $beta2)))
            (f32x4.mul (f32x4.mul (local.get $g) (local.get $g)) (f32x4.splat (local.get $beta2_rest)))))
        (v128.store (local.get $first) (local.get $m))
        (v128.store (local.get $second) (local.get $v))
        (v128.store (local.get $parameter)
          (f32x4.sub
            (f32x4.mul (v128.load (local.get $parameter)) (f32x4.splat (local.get $decay)))
            (f32x4.div
              (f32x4.mul (f32x4.splat (local.get $step_size)) (local.get $m))
              (f32x4.add
                (f32x4.mul (f32x4.sqrt (local.get $v)) (f32x4.splat (local.get $second_moment_scale)))
                (f32x4.splat (local.get $epsilon))))))
        (local.set $parameter (i32.add (local.get $parameter) (i32.const 16)))
        (local.set $gradient (i32.add (local.get $gradient) (i32.const 16)))
        (local.set $first (i32.add (local.get $first) (i32.const 16)))
        (local.set $second (i32.add (local.get $second) (i32.const 16)))
        (br $next)))))

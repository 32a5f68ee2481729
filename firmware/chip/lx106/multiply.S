/* 64 by 64 bits, the lower 64 of it, in the chip's own instructions: `mull` gives the lower 32 bits of a product, `mul16u` all 32
   of two halves. compiler_builtins knows neither and takes three times as long, and a handshake multiplies 700,000 times.
   Only the node's own code calls this: the SDK's calls the ROM's while flash, where this is, may be switched off.

   uint64_t fleetwright_muldi3(uint64_t a, uint64_t b): a in a2 (low) and a3, b in a4 and a5, the product in a2 and a3 */

    .section .irom0.text, "ax"
    .global fleetwright_muldi3
    .type fleetwright_muldi3, @function
    .align 4
fleetwright_muldi3:
    mull a3, a3, a4
    mull a5, a5, a2
    add a3, a3, a5
    srli a6, a2, 16
    srli a7, a4, 16
    mul16u a8, a6, a7
    mul16u a6, a6, a4
    mul16u a7, a2, a7
    mul16u a2, a2, a4
    add a3, a3, a8
    add a6, a6, a7
    bgeu a6, a7, 1f
    movi a8, 1
    slli a8, a8, 16
    add a3, a3, a8
1:  srli a7, a6, 16
    slli a6, a6, 16
    add a3, a3, a7
    add a2, a2, a6
    bgeu a2, a6, 2f
    addi a3, a3, 1
2:  ret
